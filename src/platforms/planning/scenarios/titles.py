"""What parameters and inputs of a scenario are called.

A name that nobody gave words to keeps its own: rules of other cities bring parameters that no
catalogue knows, and a parameter that is not told would be one that a reader cannot compare.
"""

from __future__ import annotations

from collections.abc import Mapping

from platforms import messages
from platforms.policy.schema import Pack

__all__ = ["input_title", "limit_title", "parameter_title"]

# where the terms of a kind have their words
_TERMS = {
    "relocation": ("moves", "term"),
    "portfolio": ("portfolio", "term"),
    "siting": ("siting", "map.column"),
}
_PREFIXES = ("rules", "weight", "quota", "project", "plots", "limit", "term")


def _room() -> Mapping[str, str]:
    return messages.catalogue(messages.language(), "scenario_sheet")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def parameter_title(name: str, kind: str, pack: Pack | None = None) -> str:
    """Return what readers call a parameter of a kind; ``rules.…`` by the pack's own words."""
    known = _room().get(f"parameter.{name}")
    if known:
        return known
    head, _, rest = name.partition(".")
    if not rest or head not in _PREFIXES:
        return name
    if head == "rules" and pack is not None:
        found = pack.parameter(rest)
        return _t("prefix.rules", name=found.title.show() if found else rest)
    if head == "weight" and kind in _TERMS:
        room, entry = _TERMS[kind]
        title = messages.catalogue(messages.language(), room).get(f"{entry}.{rest}", rest)
        return _t("prefix.weight", name=title)
    return _t(f"prefix.{head}", name=_room().get(f"{head}.{rest}", rest))


def limit_title(name: str) -> str:
    """Return what readers call a limit."""
    return messages.catalogue(messages.language(), "sheet").get(f"constraint.{name}", name)


def input_title(name: str) -> str:
    """Return what readers call an input."""
    known = _room().get(f"input.{name}")
    if known:
        return known
    head, _, rest = name.partition(".")
    return _t("prefix.limit", name=limit_title(rest)) if head == "limit" else name
