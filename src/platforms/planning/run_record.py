"""What ``run.json`` says of a run, wherever its plots lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from platforms.policy.workspace import Workspace

__all__ = ["run_record"]


def run_record(
    workspace: Workspace,
    *,
    head: Mapping[str, object],
    figures: Mapping[str, float],
    verdicts: Sequence[str],
    overlap_m2: float,
    tail: Mapping[str, object],
) -> dict[str, object]:
    """Return the record of a run.

    Parameters
    ----------
    workspace
        The city, with the positions that users gave.
    head
        ``version``, ``sample_layers``, ``input``, ``pack`` and ``counts``.
    figures
        Headline figures; NaN is unknown and becomes null.
    verdicts
        What the plots can be.
    overlap_m2
        Square metres that plots share.
    tail
        ``issues`` by kind, ``join`` where firms were joined, and ``seconds``.
    """

    def told(name: str) -> float | None:
        value = figures.get(name)
        return None if value is None or math.isnan(value) else value

    sample = list(map(str, head["sample_layers"]))  # type: ignore[call-overload]
    laid = workspace.positions
    return {
        "workspace": workspace.name,
        "version": head["version"],
        "sample": "plots" in sample,
        "sample_layers": sample,
        "input": head["input"],
        "workspace_sha256": workspace.fingerprint,
        "corrections": None if laid is None else {"positions": len(laid), "sha256": laid.sha256},
        "pack": head["pack"],
        "counts": head["counts"],
        "area_mu": figures["area_mu"],
        "net_area_mu": figures["net_area_mu"],
        "overlap_m2": overlap_m2,
        "verdicts": {name: int(figures[name]) for name in verdicts},
        "verdicts_mu": {name: told(f"{name}_mu") for name in verdicts},
        # null where the rules ask something else, or no verdict is known
        "low_efficiency_mu": told("low_efficiency_mu"),
        "unknown_mu": figures["unknown_mu"],
        # land that two plots have is counted once here; how much that is stands beside
        "reclaimable_mu": told("reclaimable_mu"),
        "reclaimable_overlap_mu": told("reclaimable_overlap_mu"),
        **tail,
    }
