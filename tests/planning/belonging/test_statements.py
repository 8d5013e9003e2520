"""What a document says of belonging stays, and is held against the position."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from platforms.issues import IssueTable
from platforms.planning.belonging.membership import assign
from platforms.planning.belonging.statements import keep_given, tell_contradictions
from platforms.policy.workspace import Workspace

STATED = ("town", "town_id", "platform", "platform_id", "layout_unit", "layout_unit_id")
TOWNS = gpd.GeoDataFrame({"town_id": ["t1", "t2", "t3"], "name": ["甲镇", "乙镇", "乙镇"]})


@pytest.mark.parametrize("layer", ["firms", "projects", "micro_parks", "platforms"])
def test_the_document_is_not_lost(layer):
    city = Workspace.open("yueqing")
    rows = city.layer(layer)
    found = assign(layer, city)
    for name in set(STATED) & set(rows):
        pd.testing.assert_series_equal(found[f"{name}_given"], rows[name], check_names=False)
    assert {"town_given", "town_id_given"} <= set(found)
    kept = [name for name in rows if name not in STATED]
    pd.testing.assert_frame_equal(pd.DataFrame(found[kept]), pd.DataFrame(rows[kept]))
    # asked again, the document is still the document
    pd.testing.assert_frame_equal(assign(found, city), found)


def test_every_town_that_differs_is_told_once():
    city = Workspace.open("yueqing")
    for layer in ("firms", "projects", "micro_parks", "platforms"):
        issues = IssueTable()
        found = assign(layer, city, issues=issues)
        differs = found["town_id_given"].notna() & found["town_id"].notna()
        differs &= found["town_id_given"] != found["town_id"]
        told = [one for one in issues if one.kind in {"town_contradicts", "town_undecided"}]
        key = city.card(layer).key
        assert [one.feature for one in told] == found.loc[differs, key].tolist()
        for one in told:
            assert one.message("en")
            assert one.action("zh_CN")


def test_a_platform_is_itself_though_others_stand_on_its_point():
    city = Workspace.open("yueqing")
    rows, found = city.layer("platforms"), assign("platforms", city)
    assert found["platform_id"].tolist() == rows["platform_id"].tolist()
    assert found["platform"].tolist() == rows["name"].tolist()
    assert set(found["platform_way"]) == {"itself"}
    assert found["platform_sure"].all()
    assert (found["platform_km"] == 0).all()
    assert not found["accuracy_short"].str.contains("platform").any()
    # a small park that the plan lists among the platforms is one; one that names a platform is not
    parks = assign("micro_parks", city)
    names = parks["platform_id_given"].map(rows.set_index("platform_id")["name"])
    assert parks["platform_way"].eq("itself").equals(parks["name"].eq(names))


def assigned(**columns):
    points = [shapely.Point(n, 0) for n in range(len(columns["town_id"]))]
    return gpd.GeoDataFrame(columns, geometry=points)


@pytest.mark.parametrize(
    ("given", "given_id", "sure", "told"),
    [
        ("甲镇", None, True, None),
        ("t1", None, True, None),  # no name of a town
        ("乙镇", None, True, None),  # two towns have it
        (None, None, True, None),
        ("甲镇", "t2", True, ("town_contradicts", "warning", "乙镇")),  # the id goes first
        ("甲镇", "t2", False, ("town_undecided", "info", "乙镇")),
        ("乙镇", "t9", True, None),
    ],
)
def test_what_can_be_compared_is_compared(given, given_id, sure, told):
    frame = assigned(
        plot_id=["A"], town_given=[given], town_id_given=[given_id],
        town=["甲镇"], town_id=["t1"], town_sure=[sure],
    )  # fmt: skip
    issues = IssueTable()
    tell_contradictions(frame, TOWNS, "plot_id", issues)
    found = [(one.kind, one.severity, one.values["given"]) for one in issues]  # noqa: PD011
    assert found == ([] if told is None else [told])
    assert all(one.feature == "A" for one in issues)


def test_a_name_alone_is_compared_and_the_index_names_the_feature():
    frame = assigned(
        town_given=[" 甲镇 ", "甲镇"], town=["乙镇", None], town_id=["t2", None],
        town_sure=[True, False],
    )  # fmt: skip
    issues = IssueTable()
    tell_contradictions(frame.set_axis([7, 8]), TOWNS, "plot_id", issues)
    assert [(one.feature, one.kind) for one in issues] == [("7", "town_contradicts")]


def test_an_earlier_answer_is_not_the_documents():
    frame = gpd.GeoDataFrame({"town": ["甲镇"], "platform": ["园"], "town_way": ["within"]})
    kept = keep_given(frame)
    assert "town_given" not in kept
    assert kept["platform_given"].tolist() == ["园"]
    assert "platform_given" not in frame
