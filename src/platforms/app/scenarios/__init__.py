"""Scenarios: keeping what was computed, and comparing two that were kept."""
