"""A run on the sample of 台州: a city of counties, with limits that its rules ask for."""

import pandas as pd
import pytest
import shapely

import platforms as ip
from platforms.outputs.maps.map_reading import base_frames


@pytest.fixture(scope="module")
def result():
    return ip.run(ip.Workspace.open("taizhou"))


def test_what_was_judged_and_what_stays_unknown(result):
    assert result.verdicts == ("low_efficiency", "not", "unknown")
    verdicts = result.plots["verdict"].value_counts()
    share = result.plots["fact_urban_boundary_share"]
    # the province's guide is not published: inside the boundary nothing can be cleared
    inside = share >= 0.5
    assert set(result.plots.loc[~inside, "verdict"]) == {"not"}
    assert set(result.plots.loc[inside, "verdict"]) == {"low_efficiency", "unknown"}
    assert verdicts["low_efficiency"] > 40
    filled = result.plots[["poor_buildings", "outdated_facilities", "banned_industry"]]
    found = filled.fillna(value=False).astype(bool).any(axis=1)
    assert (result.plots["verdict"].eq("low_efficiency") == (found & inside)).all()


def test_sums_go_by_county_unit(result):
    towns = result.towns
    assert set(towns["town"]) == set(result.workspace.table("towns")["name"])
    assert towns["area_mu"].sum() == pytest.approx(result.figures["area_mu"], abs=0.1)
    assert result.plots["town_sure"].mean() > 0.99


def test_all_that_is_synthetic_is_named(result):
    assert result.sample_layers == ("plots", "constraints", "urban_boundary")
    assert "sample_facts" not in result.issues.by_kind()


def test_true_plots_on_a_made_up_boundary_are_told_so(result):
    city = result.workspace
    plots = city.layer("plots").head(3).drop(columns=["basis", "accuracy_m"])
    own = ip.run(city, plots=plots)
    assert own.sample_layers == ("constraints", "urban_boundary")
    told = [one for one in own.issues if one.kind == "sample_facts"]
    assert [one.layer for one in told] == ["urban_boundary"]
    assert "城镇开发边界" in told[0].message()


def test_the_map_has_one_outline_and_county_units_that_are_no_sketch(result):
    document = ip.run_document(result)
    content = document.content
    layers = {layer["id"]: layer for layer in content["layers"]}
    assert len(base_frames(document)["county"]) == 1
    assert not layers["towns"]["schematic"]
    assert layers["layout_units"]["schematic"]
    titles = [chart["title"] for chart in content["charts"]]
    assert any("县（市、区）前八位" in title for title in titles)
    notes = " ".join(content["notes"])
    assert "69" not in notes
    assert "九个县（市、区）的行政区域" in notes


def test_firms_move_to_platforms_that_have_a_place(result):
    parks = result.workspace.layer("sample_parks")
    assert len(parks) == 8
    assert shapely.is_valid(parks.geometry.to_numpy()).all()
    assert pd.Series(parks["capacity_mu"]).gt(0).all()
