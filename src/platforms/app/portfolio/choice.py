"""年度组合: which plots to take on this year."""

from __future__ import annotations

import platforms as ip

__all__ = ["show_portfolio"]


def show_portfolio(city: ip.Workspace) -> None:
    """Show the part."""
