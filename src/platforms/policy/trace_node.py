"""One line of the tree that shows how a plot was judged, with what lies under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["TraceNode"]


@dataclass(frozen=True)
class TraceNode:
    """One line of the tree.

    Attributes
    ----------
    kind
        ``rule``, ``applies_to``, ``condition`` or an operator of the language.
    text
        What was asked and what was seen.
    result
        ``hit``, ``not`` or ``unknown``.
    missing
        What would have to be known.
    parameters
        The parameters used: id, title, value, unit, source, confidence, reading.
    facts
        The plot's values and limits: ``value``, ``limit``, ``unit``, ``year`` …
    clause
        Of a rule: document, section, item, quote.
    parts
        What lies under it.
    """

    kind: str
    text: str
    result: str
    missing: tuple[str, ...] = ()
    parameters: tuple[Mapping[str, object], ...] = ()
    facts: Mapping[str, object] | None = None
    clause: Mapping[str, str] | None = None
    parts: tuple[TraceNode, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the node as JSON values; what is empty is left out."""
        node: dict[str, object] = {
            "kind": self.kind, "text": self.text, "result": self.result,
            "missing": list(self.missing), "parameters": [dict(p) for p in self.parameters],
            "values": dict(self.facts or {}), "clause": dict(self.clause or {}),
            "parts": [part.to_json() for part in self.parts],
        }  # fmt: skip
        return {k: v for k, v in node.items() if v or k in {"kind", "text", "result"}}
