"""Where the files lie that hold in the whole country, and ship with the program."""

from __future__ import annotations

from pathlib import Path

__all__ = ["national_layers"]


def national_layers() -> Path:
    """Return the folder of rules, parameters and methods that every workspace sees."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "workspace" / "layers" / "national"
    # an editable install reads them from the checkout
    checkout = package.parents[1] / "layers" / "national"
    return installed if installed.is_dir() else checkout
