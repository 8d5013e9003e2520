"""Siting: known answers term by term, what excludes, ranges, and what never lowers a rank."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms import messages
from platforms.errors import CardError, InputError, PlatformsError
from platforms.planning.siting.method import TERMS, siting_method
from platforms.planning.siting.project import Project, read_project
from platforms.planning.siting.ranking import site

PLANE = 4528
EAST, NORTH = 40_590_000.0, 3_110_000.0
PROJECT = {"industry": "C38", "land_mu": 60, "polluting": False}


def parks(**columns):
    """Three parks that no plan speaks of, 10 km apart."""
    xs = EAST + np.arange(3) * 10_000.0
    table = {"park_id": ["a", "b", "c"], "accuracy_m": 0.0, **columns}
    shapes = gpd.GeoSeries(shapely.points(xs, NORTH), crs=PLANE)
    return gpd.GeoDataFrame(table, geometry=shapes).to_crs(4490)


def plots(shapes, **columns):
    names = [f"p{n}" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"plot_id": names, **columns}, geometry=shapes, crs=PLANE)


def by_id(told):
    return {one.site_id: one for one in told.sites}


def term(one, name):
    return next(part for part in one.terms if part.name == name)


def reasons(one):
    return [told.why for told in one.excluded]


def test_room_is_the_share_of_twice_the_demand_and_too_little_excludes():
    told = by_id(site(PROJECT, parks=parks(capacity_mu=[60.0, 59.9, 500.0])))
    assert [term(told[one], "room").low for one in "ac"] == [0.5, 1.0]
    assert reasons(told["b"]) == ["no_room"]
    assert told["b"].rank is None
    assert [told[one].rank for one in "ca"] == [1, 2]


def test_unknown_room_is_a_range_and_does_not_exclude():
    told = by_id(site(PROJECT, parks=parks(capacity_mu=[np.nan, 90.0, 500.0])))
    unknown = term(told["a"], "room")
    assert (unknown.low, unknown.high, unknown.known) == (0.0, 1.0, False)
    assert not told["a"].excluded
    assert told["a"].rank == 3
    assert told["a"].rank_best == 1


def test_the_score_is_the_weighted_mean_of_its_terms():
    told = site({**PROJECT, "suppliers": "121 28"}, parks=parks(capacity_mu=[90.0, 120.0, 75.0]))
    for one in told.sites:
        weights = [part.weight for part in one.terms]
        assert one.low == pytest.approx(
            np.average([p.low for p in one.terms], weights=weights), abs=1e-4
        )
        assert one.high == pytest.approx(
            np.average([p.high for p in one.terms], weights=weights), abs=1e-4
        )
    assert told.method.mark == "tool:siting-2026"
    assert (told.frame["method"] == "tool:siting-2026").all()


def test_a_term_that_is_not_asked_for_does_not_count():
    one = site(PROJECT, parks=parks(capacity_mu=120.0)).sites[0]
    assert term(one, "suppliers").weight == 0.0
    weights = {part.name: part.weight for part in one.terms}
    assert one.low == pytest.approx(weights["room"] / sum(weights.values()), abs=1e-4)


def test_net_land_of_a_plot_is_known_and_gross_land_a_range():
    square = shapely.box(EAST, NORTH, EAST + 300, NORTH + 300)  # 135 mu
    gross = site(PROJECT, plots=plots([square])).sites[0]
    assert (term(gross, "room").low, term(gross, "room").high) == (0.0, 1.0)
    net = site(PROJECT, plots=plots([square], net_m2=[50_000.0])).sites[0]
    assert term(net, "room").low == term(net, "room").high == 0.625
    small = site({**PROJECT, "land_mu": 140}, plots=plots([square])).sites[0]
    assert reasons(small) == ["no_room"]


def test_shape_is_compactness_by_the_square_times_the_largest_part():
    square = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
    strip = shapely.box(EAST, NORTH, EAST + 400, NORTH + 25)
    two = shapely.MultiPolygon([square, shapely.box(EAST + 200, NORTH, EAST + 300, NORTH + 100)])
    told = by_id(site({"industry": "C38"}, plots=plots([square, strip, two])))
    low = [term(told[f"p{n}"], "shape").low for n in range(3)]
    assert low == pytest.approx([1.0, 10_000 * 16 / 850**2, 0.5], abs=1e-3)


def test_distance_to_suppliers_is_a_mean_and_inexact_points_are_a_range():
    a = parks().geometry.iloc[0]
    project = {**PROJECT, "suppliers": [{"lon": a.x, "lat": a.y}]}
    told = by_id(site(project, parks=parks(accuracy_m=[0.0, 1000.0, np.nan], capacity_mu=100.0)))
    assert term(told["a"], "suppliers").low == 1.0
    near = term(told["b"], "suppliers")  # 10 km, good to 1 km
    assert (near.low, near.high) == pytest.approx((9 / 18, 11 / 18), abs=1e-3)
    assert not term(told["c"], "suppliers").known


@pytest.mark.parametrize(
    ("energy", "limit", "score", "out"),
    [(500, 1000.0, 0.5, []), (1000, 1000.0, 0.0, []), (1001, 1000.0, 0.0, ["over_limit"]),
     (0, 0.0, 1.0, []), (1, 0.0, 0.0, ["over_limit"])],
)  # fmt: skip
def test_an_energy_limit(energy, limit, score, out):
    given_ = {**PROJECT, "energy_tce": energy}
    one = site(given_, parks=parks(capacity_mu=100.0, energy_limit_tce=limit)).sites[0]
    assert term(one, "energy").low == term(one, "energy").high == score
    assert reasons(one) == out


def test_admission_and_tax_exclude():
    admits = ["*", "C38;C39", "橡胶和塑料制品业"]
    told = by_id(
        site(
            {**PROJECT, "tax_wan": 600},
            parks=parks(capacity_mu=100.0, admits=admits, min_tax_wan_per_mu=[10.0, 10.1, np.nan]),
        )
    )
    assert [reasons(told[one]) for one in "abc"] == [[], ["low_tax"], ["not_admitted"]]
    nobody = by_id(site(PROJECT, parks=parks(capacity_mu=100.0, admits=["", None, "*"])))
    assert [reasons(nobody[one]) for one in "abc"] == [["not_admitted"], ["not_admitted"], []]


def test_the_plan_of_the_city_excludes_with_its_clause(yueqing):
    told = site(PROJECT, workspace=yueqing)
    found = by_id(told)
    assert told.sample_layers == ("sample_parks",)
    rows = yueqing.layer("platforms").set_index("platform_id")
    for key, one in found.items():
        retreat = [out for out in one.excluded if out.why == "retreat"]
        assert bool(retreat) == (rows.loc[key, "direction"] == "retreat_to_tertiary")
        for out in retreat:
            assert out.clause.quote == rows.loc[key, "direction_text"]
            assert (out.clause.doc, out.clause.section) == ("yq2016", "附件二")
            assert out.clause.row == str(rows.loc[key, "row"])
    # 开发区 is named for 电气 in 表3-1 and 重点发展; 柳市 has it and is 整合提升
    assert term(found["YQ-P13"], "plan").low == 1.0
    assert term(found["YQ-P13"], "plan").told.why == "named"
    assert term(found["YQ-P22"], "plan").low == 0.8
    # 城东: 电子电器, 保留提升, to be kept small
    assert term(found["YQ-P07"], "plan").low == 0.3


def test_a_platform_that_must_be_clean(yueqing):
    clean = ["YQ-P08", "YQ-P12"]
    for polluting, out in ((True, True), (False, False), (None, False)):
        told = by_id(site({**PROJECT, "polluting": polluting}, workspace=yueqing))
        for key in clean:
            assert ("polluting" in reasons(told[key])) is out
    assert term(told["YQ-P12"], "plan").low == 0.0
    assert term(told["YQ-P12"], "plan").high == 0.6


def test_an_industry_that_is_not_listed_is_a_range(yueqing):
    told = by_id(site({"industry": "烟草制品业", "polluting": False}, workspace=yueqing))
    found = term(told["YQ-P13"], "plan")
    assert (found.low, found.high) == (0.4, 1.0)


def test_the_standards_of_the_city_are_cited(yueqing):
    told = [
        term(
            site({**PROJECT, "energy_tce": e, "value_added_wan": 1000}, workspace=yueqing).sites[0],
            "energy",
        )
        for e in (490, 500, 521)
    ]
    assert [one.low for one in told] == [1.0, 0.5, 0.0]
    assert told[0].told.clause.doc == "yq2022"


@pytest.mark.parametrize(
    ("date", "low", "high", "why"),
    [
        (None, 1.0, 1.0, "standard"),
        ("2022-06-30", 1.0, 1.0, "standard"),
        ("2022-12-31", 1.0, 1.0, "standard"),
        ("2023-01-01", 0.0, 1.0, "standard_not_in_force"),
        ("2022-05-06", 0.0, 1.0, "standard_not_in_force"),
    ],
)
def test_standards_hold_for_the_days_of_their_document(yueqing, date, low, high, why):
    given_ = {**PROJECT, "energy_tce": 100, "value_added_wan": 1000, "date": date}
    found = term(site(given_, workspace=yueqing).sites[0], "energy")
    assert (found.low, found.high, found.told.why) == (low, high, why)
    assert "2022-05-07" in found.text("zh_CN")
    assert "2022-12-31" in found.text("en")
    assert found.told.clause.doc == "yq2022"


def test_plots_of_the_city_have_the_control_line_and_an_unsure_platform_is_unknown(yueqing):
    told = site({"industry": "C38", "land_mu": 5}, plots="plots", workspace=yueqing)
    found = {one.site_id: one for one in told.sites if one.kind == "plot"}
    assert len(found) == len(yueqing.layer("plots"))
    assert set(told.sample_layers) == {"sample_parks", "plots"}
    line = [term(one, "control_line") for one in found.values()]
    assert {0.0, 1.0} <= {part.low for part in line}
    assert sum(part.known for part in line) > 0.99 * len(line)
    unsure = [term(one, "plan") for one in found.values()
              if term(one, "plan").told.why == "platform_unsure"]  # fmt: skip
    assert unsure
    assert all((part.low, part.high) == (0.0, 1.0) for part in unsure)


def test_every_reason_has_words_and_records_are_plain(yueqing):
    told = site(
        {**PROJECT, "suppliers": "121 28", "energy_tce": 3}, plots="plots", workspace=yueqing
    )
    for lang in messages.LANGUAGES:
        for record in told.records(lang):
            assert [part["term"] for part in record["terms"]] == list(TERMS)
            assert all(part["text"] for part in (*record["terms"], *record["excluded"]))
    assert told.frame.crs == "EPSG:4490"
    assert told.frame["site_id"].tolist() == [one.site_id for one in told.sites]


capacities = st.lists(st.floats(0, 400), min_size=3, max_size=3)


@pytest.mark.long
@settings(max_examples=40)
@given(capacities, st.integers(0, 2), st.floats(0, 200))
def test_more_room_never_lowers_a_rank(room, which, more):
    def rank(capacity):
        one = by_id(site(PROJECT, parks=parks(capacity_mu=capacity)))["abc"[which]]
        return 99 if one.rank is None else one.rank

    roomier = list(room)
    roomier[which] += more
    assert rank(roomier) <= rank(room)


@pytest.mark.long
@settings(max_examples=40)
@given(capacities, st.lists(st.floats(0, 2000), min_size=3, max_size=3), st.integers(0, 2000))
def test_ranks_lie_in_their_ranges_and_more_energy_never_helps(room, limit, energy):
    offered = parks(capacity_mu=room, energy_limit_tce=limit)
    low = site({**PROJECT, "energy_tce": energy}, parks=offered)
    high = by_id(site({**PROJECT, "energy_tce": energy + 50}, parks=offered))
    for one in low.sites:
        assert one.low <= one.high
        assert one.high >= high[one.site_id].high
        if one.rank is not None:
            assert one.rank_best <= one.rank <= one.rank_worst
    assert [one.rank for one in low.ranked] == list(range(1, len(low.ranked) + 1))


def test_the_order_of_parks_does_not_matter():
    offered = parks(capacity_mu=[100.0, 100.0, 90.0])
    assert site(PROJECT, parks=offered).sites == site(PROJECT, parks=offered.iloc[::-1]).sites


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"land_mu": 3}, "industry"),
        ({"industry": "C38", "land_mu": 0}, "land_mu"),
        ({"industry": "C38", "land_mu": float("nan")}, "land_mu"),
        ({"industry": "C38", "acres": 3}, "acres"),
        ({"industry": "C38", "suppliers": [{"lon": 200, "lat": 28}]}, "suppliers.0.lon"),
    ],
)
def test_a_project_that_is_wrong_is_named(given_, field):
    with pytest.raises(InputError, match=field.replace(".", r"\.")):
        read_project(given_)


def test_a_project_is_read_from_yaml_and_both_kinds_of_csv(tmp_path):
    expected = Project(industry="C38", land_mu=60, suppliers="120.9 28.1; 121 28")
    wide, long_, yaml = (tmp_path / one for one in ("wide.csv", "long.csv", "p.yaml"))
    wide.write_text("industry,land_mu,tax_wan,suppliers\nC38,60,,120.9 28.1; 121 28\n", "utf-8-sig")
    long_.write_text("industry,C38\nland_mu,60\nsuppliers,120.9 28.1; 121 28\n", "utf-8")
    yaml.write_text(
        "industry: C38\nland_mu: 60\nsuppliers:\n  - {lon: 120.9, lat: 28.1}\n  - {lon: 121, lat: 28}\n",
        "utf-8",
    )
    assert read_project(wide) == read_project(long_) == read_project(yaml) == expected
    wide.write_text("industry,land_mu\nC38,60\nC39,70\n", "utf-8")
    long_.write_text("industry,C38\nindustry,C39\n", "utf-8")
    yaml.write_text("industry: C38\nacres: 3\n", "utf-8")
    for path, error in ((wide, InputError), (long_, InputError), (yaml, CardError)):
        with pytest.raises(error, match=path.name):
            read_project(path)
    with pytest.raises(InputError, match="nosuch"):
        read_project(tmp_path / "nosuch.yaml")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-16"])
def test_a_project_is_read_in_the_encodings_that_plots_are(encoding, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("name,industry\n乐清电器，二期,C38\n".encode(encoding))
    assert read_project(path) == Project(name="乐清电器，二期", industry="C38")
    path.write_bytes("industry,C38\nname,甲,乙\nland_mu,60,\n".encode(encoding))
    assert read_project(path) == Project(name="甲,乙", industry="C38", land_mu=60)


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("a.yaml", "", "layers.yaml_empty"),
        ("a.yaml", "# 只有注释\n", "layers.yaml_empty"),
        ("a.yaml", "- C38\n", "layers.not_a_mapping"),
        ("a.csv", "", "read.empty_file"),
        ("a.csv", "name,industry\n甲,C38,9\n", "layers.cell_beyond"),
    ],
)
def test_a_project_that_is_no_project_is_told_as_what_it_is(name, text, key, tmp_path):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(PlatformsError) as told:
        read_project(tmp_path / name)
    assert told.value.key == key


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"park_id": ["a", "a"], "lon": 121, "lat": 28}, "a"),
        ({"park_id": ["a", "b"], "lat": 28}, "lon"),
        ({"name": ["a", "b"], "lon": 121, "lat": 28}, "park_id"),
        ({"park_id": ["a", "b"], "lon": 121, "lat": 28, "capacity_mu": [1, -1]}, "b"),
    ],
)
def test_parks_that_are_wrong_are_named(table, said):
    with pytest.raises(InputError, match=said):
        site(PROJECT, parks=pd.DataFrame(table))


def test_without_sites_that_is_said():
    with pytest.raises(InputError, match="--plots"):
        site(PROJECT)


def test_a_city_may_have_its_own_method(tmp_path, yueqing):
    assert siting_method(yueqing).method == "siting-2026"

    class City:
        layers_dir = tmp_path

    (tmp_path / "land").mkdir()
    own = tmp_path / "land" / "siting.yaml"
    text = (yueqing.layers_dir.parent / "national" / "siting.yaml").read_text("utf-8")
    own.write_text(text.replace("method: siting-2026", "method: ours"), "utf-8")
    assert siting_method(City()).mark == "tool:ours"
    own.write_text(text.replace("{id: room,", "{id: plan,"), "utf-8")
    with pytest.raises(CardError, match=r"siting\.yaml"):
        siting_method(City())


def test_the_page_shows_the_weights_of_the_method():
    page = (Path(__file__).resolve().parents[3] / "docs" / "siting.md").read_text("utf-8")
    for one in siting_method().terms:
        assert f"| `{one.id}` | {one.weight:g} |" in page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "industry 不能用（缺少这一项）"),
        ({"land_mu": "-5"}, "land_mu 不能用（应大于 0）"),
        ({"land_mu": "五十"}, "land_mu 不能用（应为数）"),
        ({"colour": "red"}, "colour 不能用（没有这一项）"),
        ({"date": "2024-13-01"}, "date 不能用（应为日期，如 2024-03-01）"),
        ({"suppliers": "120 28 甲"}, "suppliers 不能用（每处应为“经度 纬度”，几处之间用分号隔开）"),
    ],
)
def test_a_project_is_refused_in_the_language_of_the_reader(given, told):
    with pytest.raises(InputError) as refused:
        read_project(({"industry": "C38"} if given else {}) | given)
    assert told in refused.value.message("zh_CN")
    assert "be" not in refused.value.message("zh_CN").partition("可用的字段")[0].split()
    english = refused.value.message("en")
    assert "Input should" not in english
    assert "zip()" not in english
