from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

import map_samples as samples
from platforms.errors import CardError
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.publication.checking import check_publication
from platforms.outputs.publication.coverage import largest_coverage
from platforms.outputs.publication.profile import (
    profile_of,
    publication_titles,
    read_publication,
)

# about 1 km at this latitude
LON_KM, LAT_KM = 0.010177, 0.009023


def blocks(columns: int, *, apart_m: float = 0.0, rows: int = 5, **changes: object):
    """Squares of about 1 km² in a row of columns and rows."""
    gap = apart_m / 1000
    shapes = [
        shapely.box(
            120.8 + x * LON_KM * (1 + gap),
            28.0 + y * LAT_KM * (1 + gap),
            120.8 + x * LON_KM * (1 + gap) + LON_KM,
            28.0 + y * LAT_KM * (1 + gap) + LAT_KM,
        )
        for x in range(columns)
        for y in range(rows)
    ]
    plots = samples.plots_layer()
    frame = gpd.GeoDataFrame(
        {"plot_id": [str(n) for n in range(len(shapes))]}, geometry=shapes, crs=4490
    )
    return replace(plots, **{"frame": frame, "columns": [], "sample": False, **changes})  # type: ignore[arg-type]


def kinds(layer, profile="public", **options):
    found = check_publication(samples.document(layer), profile, review_number="1", **options)
    return found.by_kind()


@pytest.mark.parametrize(("columns", "warned"), [(4, 0), (6, 1)])
def test_more_than_25_km2_together_is_warned_of_and_less_is_not(columns, warned):
    assert kinds(blocks(columns))["publication_contiguous"] == warned


@pytest.mark.parametrize(("apart_m", "warned"), [(20, 1), (60, 0)])
def test_what_a_road_divides_lies_together_and_what_lies_apart_does_not(apart_m, warned):
    assert kinds(blocks(6, apart_m=apart_m))["publication_contiguous"] == warned


def test_synthetic_schematic_and_coarse_ground_does_not_count():
    assert kinds(blocks(6, sample=True))["publication_contiguous"] == 0
    assert kinds(blocks(6, schematic=True))["publication_contiguous"] == 0
    coarse = blocks(6)
    frame = coarse.frame.assign(accuracy_m=80)
    columns = [Column(name="accuracy_m", title="精度", type="integer")]
    assert kinds(replace(coarse, frame=frame, columns=columns))["publication_contiguous"] == 0
    fine = replace(coarse, frame=frame.assign(accuracy_m=2), columns=columns)
    assert kinds(fine)["publication_contiguous"] == 1


def test_the_coverage_is_measured_officially_and_counts_ground_once():
    rule = profile_of("public").contiguous
    frame = blocks(6).frame
    once = largest_coverage({"甲": frame}, rule)
    twice = largest_coverage({"甲": frame, "乙": frame}, rule)
    assert once.km2 == pytest.approx(30.0, rel=1e-3)
    assert twice.km2 == pytest.approx(once.km2, rel=1e-9)
    assert (once.features, twice.features) == (30, 60)
    assert twice.layers == ("甲", "乙")
    assert largest_coverage({}, rule) is None
    assert largest_coverage({"甲": frame.iloc[:0]}, rule) is None


@pytest.mark.parametrize(
    ("title", "columns", "found"),
    [
        ("国界线", {}, 1),
        ("燃气管线", {}, 1),
        ("工业地块", {"military_zone": "分区"}, 1),
        ("工业地块", {"note": "是否军事用地"}, 1),
        ("Gas mains", {}, 1),
        ("工业地块", {}, 0),
        ("Gasket makers", {}, 0),
        ("工业地块", {"secretary": "联系人"}, 0),
    ],
)
def test_a_layer_with_a_word_of_the_list_is_warned_of(title, columns, found):
    plots = samples.plots_layer(title=title)
    frame = plots.frame.assign(**dict.fromkeys(columns, "x"))
    extra = [Column(name=name, title=shown) for name, shown in columns.items()]
    layer = replace(plots, frame=frame, columns=[*plots.columns, *extra])
    assert kinds(layer)["publication_prone"] == found


def test_an_unlisted_layer_is_told_and_the_internal_profile_asks_nothing():
    layer = samples.plots_layer(name="own", title="军事设施", style="plain")
    assert kinds(layer) == {"publication_unlisted": 1}
    assert kinds(layer, "internal") == {}
    assert kinds(blocks(6), "internal") == {}


def test_a_missing_review_number_is_a_warning():
    found = check_publication(samples.document(), "public", review_number="  ")
    assert [one.kind for one in found] == ["publication_no_review"]
    assert found.worst() == "warning"


def test_every_rule_that_is_shipped_says_where_it_comes_from():
    rules = read_publication()
    assert [*publication_titles()] == ["internal", "public"]
    assert publication_titles(lang="en") == {"internal": "Internal", "public": "Public"}
    for one in rules.profiles.values():
        for rule in (one.mark, one.fields, one.coordinates, one.contiguous, *one.prone):
            assert rule is None or (rule.source and rule.confidence in {"H", "M", "L"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date: 2026-01-01\n", "own.yaml"),
        ('date: "1"\nprofiles: {a: {title: {zh_CN: 甲}, mark: {value: x, source: s, confidence: H}}}', "mark"),
        ('date: "1"\nprofiles: {a: {title: {zh_CN: 甲}, mark: {value: internal, source: s, confidence: H}, colour: 1}}', "colour"),
        ('date: "1"\nprofiles: {a: {title: {zh_CN: 甲}, mark: {value: internal, confidence: H}}}', "source"),
    ],
)  # fmt: skip
def test_rules_of_ones_own_that_break_the_schema_are_refused_kindly(tmp_path, text, told):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CardError, match=told):
        read_publication(path)
