"""Answers kept as immutable records, and why two of them differ."""
