"""What is wrong or doubtful about a boundary is told before it is put in."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.errors import InputError
from platforms.units import printed

# 乐清经济开发区 stands in at 120.98, 28.04, its accuracy is 3.5 km
_NEAR = shapely.box(120.97, 28.04, 120.98, 28.05)


def _kinds(city, shape, feature="YQ-P13"):
    found = ip.check_position(city, "platforms", feature, shape)
    return {issue.kind: issue for issue in found}


def _put(feature, shape):
    return ip.Position(
        layer="platforms", feature_id=feature, shape=shape, basis="drawn", accuracy_m=None,
        author="a", source="s", stated="2026-01-01",
    )  # fmt: skip


def test_a_likely_boundary_has_no_remark(yueqing):
    assert _kinds(yueqing, _NEAR) == {}


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (shapely.Polygon([(120.97, 28.04), (120.98, 28.05), (120.98, 28.04), (120.97, 28.05)]),
         "position_crossed"),
        (shapely.box(119.0, 27.0, 119.01, 27.01), "position_outside"),
        (shapely.Point(120.98, 28.04), "position_not_polygon"),
        (shapely.Polygon(), "position_empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_an_error(yueqing, shape, kind):
    found = _kinds(yueqing, shape)
    assert found[kind].severity == "error"
    assert found[kind].message()
    assert found[kind].action("en")


def test_an_unlikely_size_and_a_far_place_are_told(yueqing):
    yard = shapely.box(120.98, 28.04, 120.9801, 28.0401)
    assert set(_kinds(yueqing, yard)) == {"position_size"}
    # the size that is told is the official one, as beside the map
    told = ip.survey(gpd.GeoDataFrame(geometry=[yard], crs=4490), workspace=yueqing).total()
    assert _kinds(yueqing, yard)["position_size"].values["area_mu"] == printed(told["area_mu"])
    wide = shapely.box(120.8, 28.0, 121.0, 28.25)
    told = ip.survey(gpd.GeoDataFrame(geometry=[wide], crs=4490), workspace=yueqing).total()
    assert _kinds(yueqing, wide)["position_size"].values["area_mu"] == printed(told["area_mu"])
    far = _kinds(yueqing, _NEAR, "YQ-P01")["position_far"]
    assert far.severity == "warning"
    assert float(far.values["km"]) > float(far.values["allowed_km"])


def test_a_part_outside_the_county_is_told(yueqing):
    west = shapely.box(120.6, 28.04, 120.98, 28.05)
    assert _kinds(yueqing, west)["position_partly_outside"].severity == "warning"


def test_another_boundary_is_overlapped_by_what_is_shared(yueqing):
    other = shapely.box(120.975, 28.04, 120.99, 28.05)
    city = yueqing.corrected(ip.PositionSet("yueqing", (_put("YQ-P20", other),)))
    told = _kinds(city, _NEAR)["position_overlaps"]
    half = ip.survey(gpd.GeoDataFrame(geometry=[_NEAR], crs=4490), workspace=yueqing).total()
    assert float(told.values["shared_mu"].replace(",", "")) == pytest.approx(
        half["area_mu"] / 2, rel=1e-5
    )
    # its own boundary is no neighbour
    again = yueqing.corrected(ip.PositionSet("yueqing", (_put("YQ-P13", other),)))
    assert "position_overlaps" not in _kinds(again, _NEAR)


def test_a_change_set_is_also_held_against_itself(yueqing):
    both = ip.PositionSet("yueqing", (_put("YQ-P13", _NEAR), _put("YQ-P20", _NEAR)))
    kinds = [issue.kind for issue in ip.check_positions(yueqing, both)]
    assert kinds.count("position_overlaps") == 2


def test_places_that_are_not_there_are_named(yueqing):
    for layer, feature, key in (
        ("towns", "x", "positions.layer"),
        ("platforms", "x", "positions.feature"),
    ):
        with pytest.raises(InputError) as wrong:
            ip.check_position(yueqing, layer, feature, _NEAR)
        assert wrong.value.key == key
    assert {"platforms", "micro_parks"} <= set(ip.correctable_layers(yueqing))


def test_polygons_of_a_file_are_one_boundary():
    near, far = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    frame = gpd.GeoDataFrame(geometry=[near, far, shapely.Point(0, 0), None], crs=4490)
    assert ip.one_boundary(frame).equals(shapely.box(0, 0, 2, 1))
    flat = gpd.GeoDataFrame(geometry=[_NEAR], crs=4490).to_crs(4528)
    assert ip.one_boundary(flat).hausdorff_distance(_NEAR) < 1e-9
    with pytest.raises(InputError):
        ip.one_boundary(frame.iloc[2:])


def test_land_is_shared_though_a_border_is_too(yueqing):
    # the intersection is a polygon and, beside it, a line
    other = shapely.Polygon(
        [(120.98, 28.04), (120.99, 28.04), (120.99, 28.05), (120.975, 28.05), (120.975, 28.046),
         (120.98, 28.046)]
    )  # fmt: skip
    assert _NEAR.intersection(other).geom_type == "GeometryCollection"
    city = yueqing.corrected(ip.PositionSet("yueqing", (_put("YQ-P20", other),)))
    assert "position_overlaps" in _kinds(city, _NEAR)


@pytest.mark.long
@pytest.mark.parametrize("name", ["yueqing", "taizhou"])
def test_each_list_of_both_cities_takes_a_change_set_with_who_by_what_and_when(name, tmp_path):
    city = ip.Workspace.open(name)
    layers = ip.correctable_layers(city)
    assert {"platforms", "layout_units"} <= set(layers)
    if name == "yueqing":
        assert {"micro_parks", "special_towns"} <= set(layers)
    given = []
    for layer in layers:
        frame = city.layer(layer)
        one = frame[frame.geometry.notna()].iloc[0]
        at = shapely.point_on_surface(one.geometry)
        shape = shapely.intersection(shapely.buffer(at, 0.004, quad_segs=2), city.county)
        given.append(
            ip.Position(
                layer=layer, feature_id=str(one[city.card(layer).key]), shape=shape,
                basis="surveyed", accuracy_m=2.0, author="测绘院", source="测绘成果 1 号",
                stated="2026-03-01",
            )
        )  # fmt: skip
    path = ip.export_positions(ip.PositionSet(name, tuple(given)), tmp_path / "p.geojson")
    came = ip.import_positions(path)
    assert came == ip.PositionSet(name, tuple(given))
    assert ip.check_positions(city, came).worst() != "error"
    kept = ip.open_store(name, tmp_path / "s.gpkg").positions
    assert len(kept.bring(came, by="录入员")) == len(layers)
    corrected = ip.with_positions(city, tmp_path / "s.gpkg")
    for one in given:
        frame = corrected.layer(one.layer)
        row = frame[frame[city.card(one.layer).key].astype(str).eq(one.feature_id)].iloc[0]
        assert row.geometry.equals(one.shape)
        told = ("basis", "accuracy_m", "position_author", "position_date", "position_source")
        assert [row[column] for column in told] == [
            "surveyed", 2.0, "测绘院", "2026-03-01", "测绘成果 1 号",
        ]  # fmt: skip


def test_a_change_set_of_another_city_or_with_a_feature_that_is_not_there_is_refused(yueqing):
    with pytest.raises(ip.PlatformsError) as wrong:
        ip.check_positions(yueqing, ip.PositionSet("taizhou", (_put("YQ-P13", _NEAR),)))
    assert wrong.value.key == "positions.other_workspace"
    with pytest.raises(InputError) as wrong:
        ip.check_positions(yueqing, ip.PositionSet("yueqing", (_put("YQ-P99", _NEAR),)))
    assert (wrong.value.key, wrong.value.fields["feature"]) == ("positions.feature", "YQ-P99")


def test_shapes_of_the_layout_that_stand_in_overlap_nothing_for_certain(yueqing):
    units = yueqing.layer("layout_units").set_index("unit_id")
    shape = units.geometry.iloc[0]
    found = ip.check_position(yueqing, "layout_units", str(units.index[1]), shape)
    assert "position_overlaps" not in {issue.kind for issue in found}
