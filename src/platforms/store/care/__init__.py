"""Looking after a store: a copy of all of it, back from the copy, and whether it is sound."""
