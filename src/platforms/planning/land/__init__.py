"""Land that plots can give back: what claims it, what is left, and what that adds up to."""
