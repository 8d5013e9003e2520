from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity

from platforms.errors import CRSError, InputError, RuleError, WorkspaceError
from platforms.outputs.maps.map_sheet import run_document
from platforms.planning.run import STAGES, run
from platforms.policy.targets import figure_parts
from platforms.policy.workspace import Workspace


def test_the_counts_are_those_of_the_plan(example):
    assert {
        name: example.counts[name]
        for name in ("platforms", "projects", "firms", "towns", "layout_units")
    } == {"platforms": 27, "projects": 32, "firms": 38, "towns": 25, "layout_units": 5}


def test_no_plot_is_lost_doubled_or_moved(example, yueqing):
    given = yueqing.layer("plots")
    assert example.plots["plot_id"].tolist() == given["plot_id"].tolist()
    assert example.plots.index.equals(given.index)
    assert example.plots.geometry.geom_equals_exact(given.geometry, 0).all()
    assert example.counts["plots"] == len(given)


def test_every_stage_left_its_columns(example):
    columns = set(example.plots.columns)
    assert {"area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2", "declared_m2"} <= columns
    assert {"verdict", "rules_hit", "rules_unknown", "missing", "measure_suggested", "reason"} <= (
        columns
    )
    assert {"gross_m2", "net_m2", "net_mu"} <= columns
    assert {f"deduct_{name}_m2" for name in example.workspace.plan.constraints} <= columns
    assert {"town", "town_way", "town_sure", "platform", "layout_unit"} <= columns


def test_gross_is_net_plus_deductions_to_the_cent(example):
    plots = example.plots
    names = [f"deduct_{name}_m2" for name in example.workspace.plan.constraints]
    cents = (plots[["gross_m2", "net_m2", *names]] * 100).round().astype("int64")
    assert (cents["gross_m2"] == cents["net_m2"] + cents[names].sum(axis=1)).all()
    assert (plots["gross_m2"] == plots["area_m2"]).all()


def test_only_low_efficiency_plots_have_reclaimable_land(example):
    plots = example.plots
    low = plots["verdict"].eq("low_efficiency")
    assert plots.loc[~low, "reclaimable_m2"].isna().all()
    assert plots.loc[low, "reclaimable_m2"].equals(plots.loc[low, "net_m2"])


def test_plots_that_are_there_twice_give_their_land_once(example, yueqing):
    some = example.plots.index[example.plots["verdict"].eq("low_efficiency")][:6]
    given = yueqing.layer("plots").loc[some]
    again = given.assign(plot_id=given["plot_id"] + "-2")
    once = run(yueqing, plots=given)
    doubled = gpd.GeoDataFrame(pd.concat([given, again], ignore_index=True), crs=given.crs)
    twice = run(yueqing, plots=doubled)
    assert once.figures["reclaimable_overlap_mu"] == 0
    mu = once.figures["reclaimable_mu"]
    assert twice.figures["reclaimable_mu"] == twice.figures["reclaimable_overlap_mu"] == mu
    assert twice.to_json()["reclaimable_overlap_mu"] == mu
    computed = twice.targets.loc[twice.targets["computed_by"].eq("reclaimable_mu"), "computed"]
    assert len(computed)
    assert computed.eq(mu).all()
    parts = figure_parts(twice.plots, "reclaimable_mu", year=2024)
    assert parts.sum() == pytest.approx(mu, abs=0.005)
    assert twice.towns["reclaimable_mu"].sum() == pytest.approx(mu, abs=0.05)
    # each plot on its own is whole
    net = twice.plots["net_m2"].to_numpy()
    assert (net[:6] == net[6:]).all()


def test_gaps_have_no_binary_noise(example):
    gaps = example.targets["gap"].dropna().tolist()
    assert gaps
    assert all(gap == round(gap, 6) for gap in gaps)


def test_figures_add_up(example):
    figures = example.figures
    verdicts = ("low_efficiency", "not", "unknown")
    assert sum(figures[v] for v in verdicts) == figures["plots"] == len(example.plots)
    assert sum(figures[f"{v}_mu"] for v in verdicts) == pytest.approx(figures["area_mu"], abs=0.02)
    for table in (example.towns, example.platforms, example.layout_units):
        assert table["plots"].sum() == len(example.plots)
        assert table["reclaimable_mu"].sum() == pytest.approx(
            figures["reclaimable_mu"], abs=0.01 * len(table)
        )
    assert 0 < figures["reclaimable_mu"] <= figures["low_efficiency_mu"]


def test_missing_data_are_never_low_efficient(example):
    plots = example.plots
    no_tax = plots[["tax_wan_2019", "tax_wan_2020", "tax_wan_2021"]].isna().all(axis=1)
    no_grade = plots[["grade_2020", "grade_2021"]].isna().all(axis=1)
    no_energy = plots["energy_limit_met"].isna()
    blind = plots[no_tax & no_grade & no_energy]
    assert len(blind) > 0
    assert not blind["verdict"].eq("low_efficiency").any()


def test_sample_plots_are_marked(example):
    assert example.sample
    assert example.plots["basis"].eq("sample").all()
    assert example.to_json()["sample"] is True


def test_the_record_says_what_it_was_made_from(example):
    record = example.to_json()
    assert len(record["input"]["sha256"]) == 64
    assert len(record["workspace_sha256"]) == 64
    assert record["pack"] == "yueqing-2022"
    assert set(record["seconds"]) == set(STAGES)
    assert record["verdicts"] == {
        name: int((example.plots["verdict"] == name).sum())
        for name in ("low_efficiency", "not", "unknown")
    }


def test_the_same_input_gives_the_same_result(example, yueqing):
    again = run(Workspace.open("yueqing"))
    assert again.figures == example.figures
    assert again.plots.drop(columns="geometry").equals(example.plots.drop(columns="geometry"))


def test_targets_say_where_they_stand(example):
    rows = {row["id"]: row for row in example.target_records()}
    freed = [row for row in rows.values() if row["value"] == 300 and row["unit"] == "亩"]
    assert freed
    assert freed[0]["computed"] == example.figures["reclaimable_mu"]
    assert freed[0]["gap"] == pytest.approx(300 - example.figures["reclaimable_mu"])


def test_a_users_plots_go_the_same_way(yueqing):
    east, north = np.array([580_000.0, 580_100.0]), 3_106_000.0
    shapes = shapely.box(east, north, east + 80, north + 100)
    given = gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=shapes, crs="EPSG:4549", index=[7, 3])
    result = run(yueqing, plots=given)
    assert result.plots.index.tolist() == [7, 3]
    assert result.plots["plot_id"].tolist() == ["1", "2"]
    assert result.plots["planar_m2"].tolist() == [8000.0, 8000.0]
    assert result.plots["area_m2"].between(7990, 8000).all()
    # nothing is known of the firms, so nothing is judged
    assert result.plots["verdict"].eq("unknown").all()
    assert not result.sample
    assert "area_m2" not in given


def test_a_town_that_the_plots_say_and_do_not_lie_in_is_a_row_of_the_run(example, yueqing):
    own = yueqing.layer("plots").iloc[:3]
    towns = example.plots.iloc[:3]["town"].tolist()
    other = next(name for name in yueqing.layer("towns")["name"] if name not in towns)
    made = run(yueqing, plots=own.assign(town=[towns[0], other, None]))
    (told,) = [one for one in made.issues if one.kind.startswith("town_")]
    assert told.kind == ("town_contradicts" if made.plots["town_sure"].iloc[1]
                         else "town_undecided")  # fmt: skip
    assert told.feature == str(own["plot_id"].iloc[1])
    assert other in told.message()
    assert made.plots["town"].tolist() == towns
    assert made.to_json()["issues"][told.kind] == 1


def test_plots_without_a_coordinate_system_are_refused(yueqing):
    bare = gpd.GeoDataFrame(geometry=[shapely.box(121, 28, 121.001, 28.001)])
    with pytest.raises(CRSError):
        run(yueqing, plots=bare)


def test_unknown_rules_list_the_known_ones(yueqing):
    with pytest.raises(RuleError, match="yueqing-2022"):
        run(yueqing, rules="1999")


def test_a_workspace_without_plots_says_so(city):
    with pytest.raises((WorkspaceError, RuleError)):
        run(Workspace.open(city))


def test_progress_names_every_stage_in_order(yueqing):
    seen = []
    run(yueqing, progress=lambda stage, share: seen.append((stage, share)))
    assert [stage for stage, _ in seen] == list(STAGES)
    assert [share for _, share in seen] == sorted(share for _, share in seen)


def test_plots_that_all_lie_in_another_county_are_refused(yueqing):
    far = shapely.box(580_000, 2_900_000, 580_100, 2_900_100)
    with pytest.raises(InputError, match="--workspace"):
        run(yueqing, plots=gpd.GeoDataFrame(geometry=[far], crs="EPSG:4549"))


def test_a_shape_that_crosses_itself_has_no_area_and_is_in_no_sum(yueqing):
    east, north = 580_000, 3_106_000
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    shapes = [
        shapely.affinity.translate(bow, east, north),
        shapely.box(*_square(east + 500, north)),
    ]
    result = run(yueqing, plots=gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4549"))
    assert np.isnan(result.plots["area_m2"].iloc[0])
    assert np.isnan(result.plots["net_m2"].iloc[0])
    whole = result.plots["area_m2"].iloc[1]
    assert result.figures["area_mu"] == pytest.approx(whole * 0.0015, abs=0.005)
    assert result.issues.by_kind()["shape_crossed"] == 1


def _square(east, north):
    return east, north, east + 100, north + 100


def test_a_map_of_a_users_plots_opens_on_them(yueqing, example):
    shape = shapely.box(*_square(580_000, 3_106_000))
    result = run(yueqing, plots=gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4549"))
    west, south, east, north = run_document(result).content["focus"]
    box = result.plots.to_crs(4490).total_bounds
    assert west < box[0] < box[2] < east
    assert south < box[1] < box[3] < north
    assert run_document(example).content["focus"] is None
