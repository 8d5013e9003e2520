"""Hand-made plots for the tests of rules."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from platforms.policy.pack import load_pack

PACK = Path(__file__).parents[2] / "layers" / "yueqing" / "policy" / "yueqing-2022.yaml"


PACK_2022 = load_pack(PACK)


def plot(**changes: object) -> dict[str, object]:
    """A firm above scale on 10 亩 whose tax per mu is 20 in each year: no rule hits it."""
    row: dict[str, object] = {
        "plot_id": "P",
        "scale": "above",
        "industry_code": "C38",
        "area_mu": 10.0,
        "declared_m2": 6000.0,
        "tax_wan_2019": 200.0,
        "tax_wan_2020": 200.0,
        "tax_wan_2021": 200.0,
        "grade_2020": "B",
        "grade_2021": "B",
        "energy_intensive": False,
        "energy_limit_met": None,
        "status": "producing",
    }
    assert set(changes) <= set(row)
    return row | changes


def peers(count: int = 5, **changes: object) -> pd.DataFrame:
    """Firms of one industry, all with 20 万元/亩: the mean is 20, 90 % of it 18, 10 % of it 2."""
    return pd.DataFrame([plot(plot_id=f"R{i}", **changes) for i in range(count)])


def below(**changes: object) -> dict[str, object]:
    """A firm below scale with class B and 20 万元/亩."""
    return plot(scale="below", **changes)
