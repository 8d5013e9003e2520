"""The corpus of hostile text, for every way out."""

from __future__ import annotations

from pathlib import Path

import yaml

__all__ = ["HOSTILE", "LONG"]

_LENGTH = 10_000
_CORPUS = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))

LONG = [(part * _LENGTH)[:_LENGTH] for part in _CORPUS["long"]]
HOSTILE = [
    str(text) for group, texts in _CORPUS.items() if group != "long" for text in texts
] + LONG
