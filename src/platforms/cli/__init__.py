"""The command line: one module a command, shared options in one place."""

from __future__ import annotations

from platforms.cli.main import main

__all__ = ["main"]
