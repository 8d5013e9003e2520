"""Siting: which plots and parks suit a new project, and why."""
