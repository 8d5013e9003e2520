"""Documents: which there are, what cites them, the words kept of them, and proof by the text."""
