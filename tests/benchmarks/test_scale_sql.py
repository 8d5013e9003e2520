"""The benchmark of scale: the database says of plots what we say, and samples are hashed alike."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
OWN = ("scale", "scale_plots", "scale_postgis", "scale_province", "measure")


@pytest.fixture(scope="module")
def scale():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        import scale

        yield scale
        for name in OWN:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def mine(scale, tmp_path_factory):
    return scale.Ours(scale.made(tmp_path_factory.mktemp("scale"), 1_500))


def test_the_hash_of_plots_asks_for_no_order_and_sees_every_cell(scale, mine):
    plots = mine.plots
    told = scale.rows_digest(plots)
    assert scale.rows_digest(plots.iloc[::-1]) == told
    other = plots.copy()
    other.loc[3, "plot_id"] = "another"
    assert scale.rows_digest(other) != told
    moved = plots.set_geometry(
        np.where(plots.index == 4, plots.translate(1e-9), plots.geometry), crs=plots.crs
    )
    assert scale.rows_digest(moved) != told


@pytest.mark.long
def test_both_say_the_same(scale, mine):
    with scale.cluster(cores=2) as database:
        database.load(mine.plots, mine.platforms, mine.limits)
        ours = {stage: mine.answer(stage, mine.plots) for stage in scale.STAGES}
        theirs = {stage: database.answer(stage).rows for stage in scale.STAGES}
    told = scale.apart(ours, theirs)
    assert ours["membership"]["platform_way"].eq("within").any()
    assert (ours["deduction"]["net_m2"] < ours["deduction"]["gross_m2"]).any()
    assert told["plots of another platform"] == 0
    assert told["area_m2, most m²"] < 0.02
    assert told["geodesic_m2, most m²"] < 0.002
    assert told["share left, most apart"] < 1e-5
    assert told["share taken by the first layer, most apart"] < 1e-5
