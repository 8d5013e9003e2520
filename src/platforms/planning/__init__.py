"""Reclaimable land, membership and the run: what follows from rules and land."""
