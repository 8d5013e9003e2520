from __future__ import annotations

import pandas as pd
import streamlit as st

from platforms.app.scene import Scene
from platforms.app.summaries import SUMMARIES, layer_list, summary_table
from platforms.app.tables import _held_table, _key, layer_table
from platforms.app.targets.target_rows import compared, target_figure, target_table


def test_plots_stand_under_their_headings_in_the_order_of_the_run(scene):
    table = layer_table(scene, "plots", ("plot_id", "area_mu", "verdict"))
    assert list(table.columns) == ["地块编号", "椭球面积（亩）", "认定结果"]
    assert table.index.tolist() == scene.run.plots["plot_id"].tolist()
    assert pd.api.types.is_numeric_dtype(table["椭球面积（亩）"])
    assert set(table["认定结果"]) == {"低效", "非低效", "情况不明"}
    assert (table["认定结果"] == "低效").sum() == scene.run.figures["low_efficiency"]


def test_every_list_of_the_plan_is_whole(scene):
    for layer, count in {"platforms": 27, "projects": 32, "firms": 38}.items():
        table = layer_table(scene, layer)
        assert len(table) == count
        assert not table.isna().all().all()
        assert not {"doc", "place_id"} & set(table.columns)


def test_a_table_of_a_scene_is_made_once_and_few_are_kept(scene):
    scene = Scene(scene.run, scene.document, scene.lang)
    first = _held_table(scene, "plots", ("plot_id",))
    assert _held_table(scene, "plots", ("plot_id",)) is first
    pd.testing.assert_frame_equal(first, layer_table(scene, "plots", ("plot_id",)))
    names = [c["name"] for c in scene.layer("plots")["columns"]][:12]
    for name in names:
        _held_table(scene, "plots", ("plot_id", name))
    assert [key[-1] for key in scene.tables] == names[-8:]


def test_a_table_stays_in_place_under_a_filter_until_a_tick_would_stand_at_another_row(monkeypatch):
    held: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", held)
    first = _key("plots", "", None)
    assert _key("plots", "low", None) == first
    assert _key("platforms", "low", None) != first
    # ticked by the visitor
    held[first] = {"selection": {"rows": [3]}}
    assert _key("plots", "low", None) == first
    second = _key("plots", "high", None)
    assert second != first
    # ticked because it is selected on the map
    third = _key("plots", "", {"selection": {"rows": [1]}})
    assert third not in {first, second}
    assert _key("plots", "", None) == third
    held["clicks"] = 1
    assert _key("plots", "", None) not in {first, second, third}


def test_a_missing_layer_is_an_empty_table(scene):
    assert layer_table(scene, "no such").empty


def test_the_parts_add_up_to_the_whole(scene):
    for name in SUMMARIES:
        table = summary_table(scene, name)
        assert table["地块数"].sum() == scene.run.figures["plots"]
        assert abs(table["低效面积（亩）"].sum() - scene.run.figures["low_efficiency_mu"]) < 1.0


def test_all_targets_are_listed_and_the_computed_ones_agree_with_the_figures(scene, board):
    table, _ = target_table(board)
    assert len(table) == len(scene.run.targets)
    rows = compared(board).set_index("target_id")
    land = rows[rows["computed_by"].eq("reclaimable_mu")]
    assert len(land)
    assert (land["computed"] == scene.run.figures["reclaimable_mu"]).all()
    (figure,) = target_figure(board)
    assert figure["value"] == f"{scene.run.figures['reclaimable_mu']:,.2f} / 300"
    assert figure["note"] == "示例数据"


def test_layers_are_listed_with_their_marks(scene):
    table = layer_list(scene).set_index("图层")
    assert table.loc["产业平台", "标注"] == "示意"
    assert table.loc["产业平台", "数量"] == 27
    assert "示例数据" in set(table["标注"])
