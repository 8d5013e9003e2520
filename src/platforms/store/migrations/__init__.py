"""Migrations of a server store, one for each version of the schema since the third."""
