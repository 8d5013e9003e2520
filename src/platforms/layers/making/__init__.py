"""Making the workspace of a city that has none yet: boundary, towns, cards, empty tables."""
