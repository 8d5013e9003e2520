"""选址: which plot or park fits a new project."""

from __future__ import annotations

import platforms as ip

__all__ = ["show_siting"]


def show_siting(city: ip.Workspace) -> None:
    """Show the part."""
