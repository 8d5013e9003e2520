from __future__ import annotations

import base64

import numpy as np
import pytest

import platforms as ip
from platforms.app.overview.facets import FACETS, NONE, digest, make_facets
from platforms.app.overview.filtered import filtered
from platforms.app.sheet import Sheet

LIUSHI = {"town": ["yq-town-liushi"]}
LOW = {"verdict": ["low_efficiency"]}


@pytest.fixture(scope="module")
def facets(scene):
    """What the example can be filtered by."""
    return make_facets(scene)


def test_every_facet_has_options_that_read_as_words(facets, scene):
    assert all(facets.options[name] for name in FACETS)
    assert facets.titles["town"]["yq-town-liushi"] == "柳市镇"
    assert facets.titles["direction"]["keep_upgrade"] == "保留提升"
    assert facets.options["verdict"] == ["low_efficiency", "not", "unknown"]
    # 269 plots lie in no unit, 30 have no industry; the verdict of each is known
    assert facets.options["unit"][-1] == facets.options["industry"][-1] == NONE
    assert set(facets.options["unit"]) - {NONE} == set(scene.frame("layout_units")["unit_id"])


def test_the_options_of_a_facet_part_the_plots(facets, scene):
    for name in ("town", "unit", "industry", "verdict"):
        masks = [facets.passing({name: [value]}).get("plots") for value in facets.options[name]]
        # a word of the plans alone says nothing of plots
        known = [mask for mask in masks if mask is not None]
        assert (np.sum(known, axis=0) == 1).all(), name


def test_facets_agree_and_values_of_one_are_added(facets, scene):
    plots = scene.run.plots
    town, low = plots["town_id"].eq("yq-town-liushi"), plots["verdict"].eq("low_efficiency")
    both = facets.passing({**LIUSHI, **LOW})
    assert both["plots"].tolist() == (town & low).tolist()
    # a verdict is told of plots alone, and a building is shown with its plot
    assert both["platforms"].tolist() == facets.passing(LIUSHI)["platforms"].tolist()
    kept = set(plots.loc[town & low, "plot_id"])
    buildings = scene.frame("buildings")
    assert both["buildings"].tolist() == buildings["plot_id"].isin(kept).tolist()
    more = facets.passing({"verdict": ["low_efficiency", "unknown"]})["plots"]
    assert more.sum() == low.sum() + plots["verdict"].eq("unknown").sum()


def test_nothing_chosen_restricts_nothing(facets):
    assert facets.passing({}) == {}
    assert facets.passing({"town": []}) == {}
    assert set(facets.passing(LOW)) == {"plots", "buildings"}


def test_a_plot_takes_the_direction_of_its_platform_or_of_all_that_are_as_near(facets, scene):
    plots, platforms = scene.run.plots, scene.frame("platforms").set_index("name")["direction"]
    passing = facets.passing({"direction": ["keep_upgrade"]})
    tied = plots["platform_tied"].fillna("").str.split(";")
    for row, mask in zip(range(len(plots)), passing["plots"], strict=True):
        near = [plots["platform"].iloc[row], *(name for name in tied.iloc[row] if name)]
        assert mask == any(platforms.get(name) == "keep_upgrade" for name in near)
    assert passing["platforms"].sum() == (platforms == "keep_upgrade").sum()


def test_a_word_of_one_vocabulary_does_not_hide_what_is_named_by_the_other(facets, scene):
    named = scene.run.plots["industry"].dropna().iloc[0]
    assert "platforms" not in facets.passing({"industry": [named]})
    own = next(w for w in facets.options["industry"] if "电子电器" in w)
    assert set(facets.passing({"industry": [own]})) == {"platforms"}


def test_a_point_belongs_to_the_unit_that_it_lies_in(facets, scene):
    units = scene.frame("layout_units").set_index("unit_id").geometry
    projects = scene.frame("projects")
    for unit in units.index:
        inside = projects.geometry.intersects(units[unit])
        assert facets.passing({"unit": [unit]})["projects"].tolist() == inside.tolist()


def test_the_key_tells_filters_apart_and_not_orders():
    assert digest({}) == digest({"town": []}) == ""
    assert digest({"town": ["a", "b"]}) == digest({"town": ["b", "a"], "unit": []})
    assert digest({"town": ["a"]}) != digest({"unit": ["a"]})


def test_without_a_filter_the_scene_is_as_it_was(facets, scene):
    left = filtered(scene, facets, {})
    assert left.content is scene.content
    assert left.frame("plots") is scene.run.plots
    assert left.for_map() is None
    assert left.leaves("plots", "SP-0001")


def test_figures_and_charts_are_those_of_the_plots_that_pass(facets, scene):
    left = filtered(scene, facets, {**LIUSHI, **LOW})
    plots = scene.run.plots
    rows = plots[plots["town_id"].eq("yq-town-liushi") & plots["verdict"].eq("low_efficiency")]
    figures = {one["label"]: one for one in left.content["figures"]}
    assert figures["地块"]["value"] == str(len(rows)) == str(left.counts("plots")[0])
    assert "1,251" in figures["地块"]["unit"]
    assert figures["可腾退用地"]["value"] == f"{ip.key_figures(rows)['reclaimable_mu']:,.2f}"
    assert [bar["label"] for bar in left.content["charts"][1]["bars"]] == ["柳市镇"]
    assert len(left.frame("plots")) == len(rows)
    assert left.content["layers"] is scene.content["layers"]
    assert left.leaves("plots", rows["plot_id"].iloc[0])
    assert not left.leaves("platforms", "YQ-P07")


def test_the_parts_of_the_whole_add_up(facets, scene):
    parts = [filtered(scene, facets, {"town": [town]}) for town in facets.options["town"]]
    plots = sum(int(part.content["figures"][0]["value"].replace(",", "")) for part in parts)
    land = sum(float(part.content["figures"][3]["value"].replace(",", "")) for part in parts)
    assert plots == len(scene.run.plots)
    assert land == pytest.approx(scene.run.figures["reclaimable_mu"], abs=0.005 * len(parts))


def test_the_map_is_sent_the_bits_of_the_rows_that_it_carries(facets, scene):
    left = filtered(scene, facets, {**LIUSHI, **LOW})
    sent = left.for_map()
    assert sent["of"] == scene.id
    # two languages, two documents: the bits say whose they are
    assert scene.id in sent["key"]
    drawn = Sheet(scene.document, scene.workspace)
    for name, mask in sent["layers"].items():
        rows = drawn.frame(name)
        key = scene.layer(name)["key"]
        assert mask["features"] == scene.layer(name)["features"] == len(rows)
        raw = np.frombuffer(base64.b64decode(mask["bits"]), np.uint8)
        bits = np.unpackbits(raw, bitorder="little", count=len(rows)).astype(bool)
        kept = left.frame(name)
        there = kept.loc[kept.geometry.notna() & ~kept.geometry.is_empty, key].astype(str)
        assert rows.loc[bits, key].tolist() == there.tolist(), name
    # one bit a plot
    assert len(base64.b64decode(sent["layers"]["plots"]["bits"])) == -(-1251 // 8)
