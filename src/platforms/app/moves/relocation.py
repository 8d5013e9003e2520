"""搬迁: which firm goes to which park."""

from __future__ import annotations

import platforms as ip

__all__ = ["show_relocation"]


def show_relocation(city: ip.Workspace) -> None:
    """Show the part."""
