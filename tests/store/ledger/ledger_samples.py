"""Runs made by hand: what the ledger reads of one, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd


def a_run(rows, *, sample=False, outcomes=("low_efficiency",)):
    """A run of rows (plot_id, verdict, area_mu)."""
    plots = pd.DataFrame(
        [
            {
                "plot_id": key, "verdict": verdict, "area_mu": mu, "area_m2": mu * 2000 / 3,
                "town": "甲镇", "firm_name": f"企业{key}", "reclaimable_mu": mu / 2,
                "platform_group": "", "measure_suggested": "vacate",
            }
            for key, verdict, mu in rows
        ]
    )  # fmt: skip
    pack = SimpleNamespace(pack="rules", outcomes=outcomes)
    return SimpleNamespace(plots=plots, pack=pack, input={"name": "f.gpkg"}, sample=sample)
