"""Choices under limits: what to take on, and why that is the best that can be had."""
