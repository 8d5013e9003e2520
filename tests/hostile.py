"""The corpus of hostile text, for every way out, and what is to be seen of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["CORPUS", "HOSTILE", "LONG", "Hostile"]

_LENGTH = 10_000


@dataclass(frozen=True)
class Hostile:
    """A text, its group, and what a spreadsheet's text, a terminal and XML make of it."""

    text: str
    group: str
    csv: str
    terminal: str
    xml: str


def _grown(group: str, text: str) -> str:
    return (text * _LENGTH)[:_LENGTH] if group.startswith("long") else text


_GROUPS = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))
CORPUS = [
    Hostile(_grown(group, text), group, **known["expected"])
    for group, known in _GROUPS.items()
    for text in known["texts"]
]
HOSTILE = [one.text for one in CORPUS]
LONG = [one.text for one in CORPUS if one.group.startswith("long")]
