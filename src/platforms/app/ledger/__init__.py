"""台账: the rooms of its page."""
