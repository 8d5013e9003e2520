"""归属: which town, platform and layout unit things belong to."""

from __future__ import annotations

import platforms as ip

__all__ = ["show_belonging"]


def show_belonging(city: ip.Workspace) -> None:
    """Show the part."""
