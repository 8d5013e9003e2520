"""What the documents say: of a place, of work to be done, in figures, and where they differ."""
