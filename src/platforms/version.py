"""Version of the package, as installed."""

from __future__ import annotations

from importlib import metadata

__all__ = ["VERSION"]

try:
    VERSION = metadata.version("industrial-platforms")
except metadata.PackageNotFoundError:  # pragma: no cover - run from a bare checkout
    VERSION = "0.0.0+checkout"
