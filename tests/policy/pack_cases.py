"""Rule packs as shipped, and plots that no rule of theirs hits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from platforms.policy.evaluate import evaluate
from platforms.policy.pack import load_pack, load_score
from platforms.policy.schema import Pack
from platforms.policy.score_schema import ScorePack

LAYERS = Path(__file__).parents[2] / "layers"
FILES = {
    path.stem: path
    for path in sorted(LAYERS.glob("*/policy/*.yaml"))
    if "\nkind: score\n" not in path.read_text("utf-8")
}
SCORE_FILES = {
    path.stem: path for path in sorted(LAYERS.glob("*/policy/*.yaml")) if path.stem not in FILES
}
PACKS: dict[str, Pack] = {name: load_pack(path, year=2022) for name, path in FILES.items()}
SCORES: dict[str, ScorePack] = {name: load_score(path) for name, path in SCORE_FILES.items()}
RESULTS = {1: "hit", 0: "unknown", -1: "not"}

# a plot with every field known that no rule of its pack hits
CLEAN: dict[str, dict[str, object]] = {
    "yueqing-2022": {
        "scale": "above", "industry_code": "C38", "area_mu": 10.0, "declared_m2": 6000.0,
        "tax_wan_2019": 200.0, "tax_wan_2020": 200.0, "tax_wan_2021": 200.0,
        "grade_2020": "B", "grade_2021": "B",
        "energy_intensive": False, "energy_limit_met": None, "status": "producing",
    },
    "idle-land-53": {
        "agreed_start_date": "2021-01-01", "stopped_date": "2021-01-01",
        "built_share": 0.5, "invested_share": 0.5, "status": "idle",
    },
    "yueqing-electric-145": {
        "industry_code": "C38", "area_mu": 10.0, "declared_m2": 6000.0, "tax_wan_2021": 500.0,
        "contract_tax_wan_per_mu": 20.0, "invested_share": 1.0, "built_share": 1.0,
        "agreed_completion_date": "2020-01-01", "status": "producing",
    },
    "yueqing-two-high": {
        "energy_intensive": True, "energy_tce_2021": 400.0,
        "value_added_wan_2021": 1000.0, "output_wan_2021": 4000.0,
    },
    "taizhou-2025": {
        "industry_code": "C34", "far": 1.2, "tax_wan_2024": 300.0, "area_mu": 10.0,
        "poor_buildings": False, "outdated_facilities": False, "banned_industry": False,
        "item_five": False, "fact_urban_boundary_share": 1.0,
    },
}  # fmt: skip


def results(pack: Pack, rule: str, rows: list[dict[str, object]]) -> list[str]:
    """Return what one rule of a pack says of each of some plots."""
    peers = [CLEAN["yueqing-2022"] | {"plot_id": f"R{i}"} for i in range(5)]
    reference = pd.DataFrame(peers) if pack.pack == "yueqing-2022" else None
    plots = pd.DataFrame([{"plot_id": f"P{i}", **row} for i, row in enumerate(rows)])
    steps = {s.rule.id: s for s in evaluate(plots, pack, reference=reference).rules}
    return [RESULTS[int(value)] for value in np.asarray(steps[rule].result)]
