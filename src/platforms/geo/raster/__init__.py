"""Rasters: opened with care, read in windows, shared out over areas by exact coverage."""
