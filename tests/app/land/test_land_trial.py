"""Other limits: the land is deducted anew, sums to the cent, and the run stays as it was."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import platforms as ip
from platforms.app.land.land_bars import county_fall, mu_text, plot_land, steps
from platforms.app.land.land_sections import area_table, measure_table
from platforms.app.land.land_tables import number_formats, printed, table_file
from platforms.app.land.land_trial import Switches, make_base, make_trial, told
from platforms.app.scene import Scene
from platforms.units import half_up


@pytest.fixture(scope="module")
def base(scene):
    return make_base(scene)


@pytest.fixture(scope="module")
def without_road(base):
    return make_trial(base, Switches(without=("road",)))


def _cents(values):
    return int(np.rint(np.asarray(values, dtype="float64") * 100).sum())


def test_without_a_switch_the_land_is_that_of_the_run(base):
    trial = make_trial(base, Switches())
    run = base.scene.run
    assert mu_text(trial.totals["net_m2"]) == f"{run.figures['reclaimable_mu']:,.2f}"
    assert trial.totals["unknown"] == run.figures["reclaimable_unknown"]
    assert told(trial.switches) == ""
    # not summed a second time
    assert trial.sums is run.land.sums
    low = run.land.chosen()
    pd.testing.assert_frame_equal(trial.sums["towns"], ip.land_by(low, "town"))
    land = run.land.measures["land_mu"]
    assert measure_table(trial)["land_mu"].dropna().tolist() == pytest.approx(
        land[land.gt(0) | land.index.isin(["upgrade"])].tolist(), abs=0.005
    )


def test_a_limit_that_is_left_out_takes_nothing_and_leaves_no_column(base, without_road):
    plots, run = without_road.scene.run.plots, base.scene.run
    limits = {name: one for name, one in base.limits.items() if name != "road"}
    bare = run.plots.drop(columns=[name for name in run.plots if name.startswith("deduct_")])
    land = ip.reclaim(bare, limits, plane=run.workspace.plan.crs)
    assert plots["net_m2"].tolist() == land["net_m2"].tolist()
    assert "deduct_road_m2" not in plots
    assert list(without_road.totals["deductions"]) == list(limits)
    assert without_road.totals["net_m2"] > base.totals["net_m2"]
    assert told(without_road.switches) == "不扣道路红线"


def test_nothing_of_the_run_changes(base, without_road):
    run = base.scene.run
    assert run.plots["deduct_road_m2"].sum() > 0
    assert run.land.plots["deduct_road_m2"].sum() > 0
    assert "claim" not in run.plots
    assert without_road.scene.id != base.scene.id


@pytest.mark.parametrize(
    "chosen",
    [
        Switches(),
        Switches(without=("river", "road")),
        Switches(added=("buildings", "slope_over_25")),
        Switches(without=("permanent_farmland", "ecological_redline", "river", "road")),
    ],
)
def test_gross_is_net_and_deductions_to_the_cent(base, chosen):
    trial = make_trial(base, chosen)
    for plots in (trial.low, *trial.sums.values()):
        parts = [name for name in plots if str(name).startswith("deduct_")]
        assert _cents(plots["gross_m2"]) == _cents(plots["net_m2"]) + _cents(plots[parts])
    for sums in trial.sums.values():
        assert _cents(sums["net_m2"]) == _cents([trial.totals["net_m2"]])
    # what a measure frees is never more than what is left
    assert (trial.low["potential_land_m2"].fillna(0) <= trial.low["net_m2"]).all()


def test_buildings_that_stay_come_after_the_limits(base):
    trial = make_trial(base, Switches(added=("buildings",)))
    assert list(trial.totals["deductions"])[-1] == "buildings"
    # a further part may move a cent of a plot from one part to another
    road = base.totals["deductions"]["road"]
    assert trial.totals["deductions"]["road"] == pytest.approx(road, abs=0.01 * len(trial.low))
    assert trial.low["claim"].eq("buildings").any()
    assert told(trial.switches) == "另扣保留现状建筑"
    assert (trial.low["realistic_m2"] <= trial.low["net_m2"]).all()


def test_synthetic_buildings_are_not_offered_for_real_plots(scene):
    from dataclasses import replace

    real = Scene(replace(scene.run, sample_layers=("constraints",)), scene.document, scene.lang)
    assert not make_base(real).extra


def test_bars_fall_from_gross_to_net():
    bars = steps(100.0, {"river": 30.0, "road": 20.0}, 50.0)
    assert [(bar.start, bar.area_m2) for bar in bars] == [(0, 100), (70, 30), (50, 20), (0, 50)]
    unknown = steps(100.0, {"river": 30.0, "road": np.nan}, np.nan)
    assert unknown[2].start == 70
    assert mu_text(np.nan) == "不明"
    assert mu_text(670.0) == "1.01"


def test_land_under_two_plots_falls_from_net_to_net_once():
    bars = steps(100.0, {"river": 30.0}, 70.0, overlap_m2=20.0)
    assert [(bar.start, bar.area_m2) for bar in bars[2:]] == [(0, 70), (50, 20), (0, 50)]
    assert [bar.label for bar in bars[2:]] == ["净面积", "扣地块间重叠", "净面积，重叠计一次"]


def test_a_plot_given_twice_counts_once_in_bars_and_measures(base, doubled):
    trial = make_trial(make_base(Scene(doubled, base.scene.document, "zh_CN")), Switches())
    page = county_fall(trial)
    net = base.scene.run.figures["reclaimable_mu"]
    once = page[page.index("净面积，重叠计一次") :]
    assert f"{net:,.2f} 亩" in once
    assert "扣地块间重叠" not in county_fall(make_trial(base, Switches()))
    told = measure_table(trial).set_index("measure")["land_mu"]
    plain = measure_table(make_trial(base, Switches())).set_index("measure")["land_mu"]
    assert told["整体腾退"] == plain["整体腾退"]


def test_a_plot_is_told_from_gross_to_net_with_potential_line_and_group(without_road):
    plot = without_road.low[without_road.low["measure_suggested"].eq("vacate")].iloc[0]
    page = plot_land(without_road.scene, str(plot["plot_id"]))
    assert f"{plot['gross_m2']:,.2f} m²" in page
    assert f"{plot['net_m2']:,.2f} m²" in page
    assert "道路红线" not in page
    assert "没有认定为低效" not in page
    other = without_road.scene.run.plots.query("verdict == 'not'")["plot_id"].iloc[0]
    assert "没有认定为低效" in plot_land(without_road.scene, str(other))
    assert "整体腾退，净面积全部腾出" in page
    assert str(plot["area_group"]) in page
    assert "本工具自定的方法" in page
    assert "控制线" in page


def test_elsewhere_a_plot_shows_its_bars_alone(scene):
    page = plot_land(scene, "SP-0003")
    assert "扣道路红线" in page
    assert "<dl" not in page
    assert plot_land(scene, "no such") is None


def test_a_plot_whose_net_is_not_known_says_so(without_road):
    from dataclasses import replace

    plots = without_road.scene.run.plots.copy()
    plots.loc[plots.index[0], ["deduct_river_m2", "net_m2"]] = np.nan
    run = replace(without_road.scene.run, plots=plots)
    shown = Scene(run, without_road.scene.document, "zh_CN")
    page = plot_land(shown, str(plots["plot_id"].iloc[0]))
    assert page.count("不明") >= 2
    assert "nan" not in page


def test_contiguous_areas_are_in_words_and_candidates_first(base):
    found = ip.contiguous_areas(
        base.review.plots, within_m=100, min_mu=50, plane=base.scene.run.workspace.plan.crs
    )
    table = area_table(found)
    assert len(table) == len(found.areas)
    assert table["candidate"].eq("是").sum() == len(found.candidates) > 0
    assert table["candidate"].iloc[: len(found.candidates)].eq("是").all()
    assert set(table["priority"]) <= {"是", "否", "不明"}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_file_has_metres_before_after_and_its_marks(without_road, ending):
    data = io.BytesIO(table_file(without_road, "towns", ending))
    table = pd.read_csv(data) if ending == "csv" else pd.read_excel(data)
    assert _cents(table["净面积（m²）"]) == _cents([without_road.totals["net_m2"]])
    assert table["原净面积（亩）"].sum() == pytest.approx(3414.27, abs=0.1)
    (note,) = table["说明"].unique()
    assert "示例数据" in note
    assert "试算：不扣道路红线" in note
    assert without_road.scene.id in note


def _judged(base, verdict, **columns):
    """A trial of the same plots with another verdict."""
    from dataclasses import replace

    run = base.scene.run
    plots = run.land.plots.assign(verdict=verdict, **columns)
    review = replace(base.review, plots=plots)
    scene = Scene(replace(run, plots=plots), base.scene.document, base.scene.lang)
    return make_trial(replace(base, scene=scene, review=review), Switches())


def test_of_plots_that_are_all_unknown_nothing_is_said(base):
    trial = _judged(base, "unknown")
    count = len(trial.scene.run.plots)
    assert trial.unjudged == count
    shown = str(county_fall(trial))
    assert f"{count} 宗地全部情况不明" in shown
    assert "— 亩" in shown
    assert "0.00" not in shown
    assert make_trial(base, Switches()).silence == ""


def test_low_plots_whose_net_is_unknown_are_no_zero(base):
    trial = _judged(base, "low_efficiency", net_m2=np.nan)
    assert "宗低效地块的净面积全部不明" in str(county_fall(trial))


def test_no_low_plot_among_judged_ones_is_zero(base):
    verdicts = ["not", *["unknown"] * (len(base.review.plots) - 1)]
    trial = _judged(base, verdicts)
    assert trial.silence == ""
    assert trial.unjudged == len(base.review.plots) - 1
    assert "0.00" in str(county_fall(trial))


def test_a_file_of_sums_says_what_it_leaves_out(base):
    trial = make_trial(base, Switches())
    text = table_file(trial, "towns", "csv").decode("utf-8-sig")
    assert f"另有 {trial.unjudged} 宗情况不明，未计入" in text


def test_what_the_grid_would_cut_is_rounded_half_up():
    table = pd.DataFrame({"紧凑度": [0.16678, np.nan], "宽": [1.005, 2.999], "n": [1, 2]})
    shown = printed(table, fine=["紧凑度"])
    assert shown["紧凑度"][0] == 0.1668
    assert shown["宽"].tolist() == [1.01, 3.0]
    formats = number_formats(shown, fine=["紧凑度"])
    assert {name: one["type_config"]["step"] for name, one in formats.items()} == {
        "紧凑度": 0.0001, "宽": 0.01, "n": 1,
    }  # fmt: skip


def test_ratios_of_areas_are_those_of_the_ledger(base):
    areas = base.review.areas.areas["compactness"]
    shown = area_table(base.review.areas)["compactness"]
    assert sorted(shown) == sorted(half_up(areas.to_numpy("float64"), 4))


def test_the_slope_keeps_its_degrees_in_bars_and_words(base):
    assert "slope_over_25" in base.extra
    trial = make_trial(base, Switches(added=("slope_over_25",)))
    assert told(trial.switches) == "另扣坡度大于 25°"
    assert "扣坡度大于 25°" in str(county_fall(trial))
    assert "坡度大于 25°（亩）" in ip.land_table(trial.sums["towns"], "towns")
