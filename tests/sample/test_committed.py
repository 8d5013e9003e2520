"""What the committed sample must be: inside, apart, consistent, marked, and incomplete."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from platforms.layers.workspace import Workspace

PLANE = "EPSG:4528"
LAYERS = ["plots", "buildings", "constraints", "sample_firms", "sample_parks", "dem"]
# GB 32100-2015: no I, O, S, V, Z
REAL_CODE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")


@pytest.fixture(scope="module")
def workspace():
    return Workspace.open("yueqing")


@pytest.fixture(scope="module")
def plots(workspace):
    return workspace.layer("plots").to_crs(PLANE)


@pytest.fixture(scope="module")
def buildings(workspace):
    return workspace.layer("buildings").to_crs(PLANE)


@pytest.mark.parametrize("layer", LAYERS)
def test_cards_say_sample(workspace, layer):
    card = workspace.card(layer)
    assert card.sample
    assert "示例" in card.title.zh
    assert workspace.path(layer).is_file()


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_each_row_says_sample_and_its_accuracy(workspace, layer):
    frame = workspace.layer(layer)
    assert frame["basis"].eq("sample").all()
    assert frame["accuracy_m"].ge(1000).all()
    assert frame.crs.to_epsg() == 4490


def test_sizes(plots, buildings):
    assert 1150 <= len(plots) <= 1300
    assert 2300 <= len(buildings) <= 2700
    mu = plots.area * 0.0015
    assert mu.min() >= 2
    assert mu.max() <= 150
    assert 10 <= mu.median() <= 14
    assert 18 <= plots["block"].nunique() <= 25
    corners = plots.geometry.count_coordinates()
    assert corners.max() > 8
    assert (mu.groupby(plots["block"]).median().max() / mu.median()) > 1.5


def test_plots_stay_inside_the_county_with_a_margin(workspace, plots):
    county = workspace.layer("county").to_crs(PLANE).geometry.union_all()
    edge = shapely.boundary(county)
    assert shapely.contains(county, plots.geometry.to_numpy()).all()
    assert shapely.distance(edge, plots.geometry.to_numpy()).min() > 79


def test_plots_do_not_overlap(plots):
    shapes = plots.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    pair = left < right
    overlap = shapely.area(shapely.intersection(shapes[left[pair]], shapes[right[pair]]))
    assert pair.sum() > 1000
    assert overlap.max() < 1e-5


def test_plots_lie_on_the_millimetre_grid_and_share_their_corners(plots):
    points = shapely.get_coordinates(plots.geometry.to_numpy())
    assert np.abs(points - np.round(points, 3)).max() < 1e-6
    assert plots.geometry.is_valid.all()


def test_blocks_stay_within_the_accuracy_of_their_anchor(workspace, plots):
    parks = workspace.layer("sample_parks").to_crs(PLANE)
    for _, block in plots.groupby("block"):
        near = parks.distance(shapely.centroid(block.union_all()))
        assert near.min() < block["accuracy_m"].iloc[0]


def test_buildings_stand_inside_their_plot(plots, buildings):
    host = plots.set_index("plot_id").geometry.loc[buildings["plot_id"]].to_numpy()
    shapes = buildings.geometry.to_numpy()
    assert shapely.contains_properly(host, shapes).all()
    assert shapely.distance(shapely.boundary(host), shapes).min() > 2.5
    assert set(buildings["plot_id"]).isdisjoint(plots.loc[plots["status"].eq("vacant"), "plot_id"])


def test_buildings_do_not_overlap(buildings):
    shapes = buildings.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (left == right).all()


def test_density_follows_from_the_buildings(plots, buildings):
    twice = np.where(buildings["storey_height_m"] > 8, 2, 1)
    sums = pd.DataFrame(
        {
            "foot": buildings.area,
            "floor": buildings.area * buildings["floors"].astype(int),
            "counted": buildings.area * buildings["floors"].astype(int) * twice,
        }
    ).groupby(buildings["plot_id"])
    total = sums.sum().reindex(plots["plot_id"]).fillna(0).set_index(plots.index)
    known = plots["far"].notna()
    assert 0.9 < known.mean() < 0.95
    area = plots.area[known]
    expected = {
        "far": (total["counted"][known] / area, 1e-3),
        "building_coefficient": (total["foot"][known] / area, 1e-3),
        "floor_area_m2": (total["floor"][known], 0.1),
    }
    for column, (values, tolerance) in expected.items():
        assert (plots.loc[known, column] - values).abs().max() < tolerance, column
    assert (buildings["storey_height_m"] > 8).mean() > 0.08


def test_values_are_missing_as_in_real_tables(plots):
    share = plots.isna().mean()
    for column in ["tax_wan_2019", "tax_wan_2020", "tax_wan_2021", "scale", "grade_2020"]:
        assert 0.08 < share[column] < 0.2, column
    for column in ["declared_m2", "supply_date", "credit_code", "energy_intensive"]:
        assert 0.02 < share[column] < 0.12, column
    producing = plots[plots["status"].eq("producing")]
    assert 0.02 < producing["tax_wan_2020"].isna().mean() < 0.06
    vacant = plots[plots["status"].eq("vacant")]
    assert vacant[["firm_name", "credit_code", "supply_date", "tax_wan_2021"]].isna().all(axis=None)


def test_economy_is_plausible(plots):
    mu = plots.area * 0.0015
    per_mu = plots["tax_wan_2021"] / mu
    above, below = plots["scale"].eq("above"), plots["scale"].eq("below")
    assert 0.35 < above.sum() / (above | below).sum() < 0.5
    assert 44 < per_mu[above].mean() < 58
    assert per_mu[below].mean() < 0.65 * per_mu[above].mean()
    assert plots["industry_code"].eq("C38").mean() > 0.3
    assert (per_mu[above & plots["grade_2021"].eq("A")].mean()) > 60
    assert (per_mu[above & plots["grade_2021"].eq("D")].mean()) < 25
    met = plots["energy_limit_met"].notna()
    assert plots.loc[met & plots["energy_intensive"].notna(), "energy_intensive"].all()


def test_dates_are_in_order(plots):
    names = ["supply_date", "agreed_start_date", "start_date", "completion_date"]
    dates = plots[names].apply(pd.to_datetime)
    assert not (dates["supply_date"] > dates["agreed_start_date"]).any()
    assert not (dates["supply_date"] > dates["start_date"]).any()
    assert not (dates["start_date"] >= dates["completion_date"]).any()
    assert dates.max(axis=None) < pd.Timestamp("2022-06-30")
    idle = plots["status"].eq("idle")
    never = idle & plots["start_date"].isna()
    assert never.sum() > 15
    assert (dates["agreed_start_date"][never] < pd.Timestamp("2021-06-30")).all()
    stopped = plots[idle & ~never]
    # both kinds that the rules on idle land name, where investment is known
    assert ((stopped["invested_share"] < 0.25) | (stopped["built_share"] < 1 / 3)).all()
    assert (stopped["invested_share"] < 0.25).any()


def test_declared_areas_are_mostly_right_and_sometimes_off(plots):
    off = (plots["declared_m2"] / plots.area - 1).abs().dropna()
    assert 0.8 < off.lt(1e-3).mean() < 0.95
    assert off.max() < 0.031
    assert off.gt(0.01).mean() > 0.05


def test_no_credit_code_can_be_real(workspace, plots):
    codes = pd.concat([plots["credit_code"], workspace.layer("sample_firms")["credit_code"]])
    codes = codes.dropna()
    assert codes.str.len().eq(18).all()
    assert codes.str.startswith("SAMPLE").all()
    assert not codes.str.fullmatch(REAL_CODE.pattern).any()
    assert plots["firm_name"].dropna().str.startswith("示例企业").all()
    assert plots["name"].str.startswith("示例地块").all()


def test_low_efficiency_rules_find_a_realistic_share(plots):
    mu = plots.area * 0.0015
    tax = {year: plots[f"tax_wan_{year}"] / mu for year in (2019, 2020, 2021)}
    above, below = plots["scale"].eq("above"), plots["scale"].eq("below")
    mean = (tax[2020] + tax[2021])[above].groupby(plots["industry_code"]).mean() / 2
    low = above & (tax[2021] < 0.9 * plots["industry_code"].map(mean))
    low |= below & plots["grade_2020"].eq("C") & plots["grade_2021"].eq("C")
    low |= below & (tax[2020] < 10) & (tax[2021] < 10)
    missed = plots["energy_limit_met"].eq(False).fillna(value=False)
    low |= missed.astype(bool)
    assert 0.15 < low.mean() < 0.25
    unjudged = plots["scale"].isna() | tax[2020].isna() | tax[2021].isna()
    assert 0.1 < (unjudged & ~low).mean() < 0.2


def test_constraints_touch_some_plots_and_overlap_each_other(workspace, plots):
    frame = workspace.layer("constraints")
    assert frame.geometry.is_valid.all()
    assert set(frame["constraint"]) == set(workspace.plan.constraints)
    plane = frame.to_crs(PLANE)
    kinds = {kind: part.union_all() for kind, part in plane.groupby("constraint")["geometry"]}
    taken = plots.intersection(shapely.union_all(list(kinds.values()))).area
    assert 0.15 < taken.gt(1).mean() < 0.27
    assert taken.lt(plots.area).all()
    for kind, shape in kinds.items():
        assert plots.intersection(shape).area.gt(1).sum() >= 10, kind
    assert kinds["river"].intersection(kinds["road"]).area > 1000
    assert kinds["river"].intersection(kinds["permanent_farmland"]).area > 100
    # streets take nothing by rounding: a plot is either reached by a road or not
    sliver = plots.intersection(kinds["road"]).area
    assert not sliver.between(1e-4, 0.5).any()


def test_firms_agree_with_their_plots(workspace, plots):
    firms = workspace.layer("sample_firms")
    assert len(firms) == 500
    assert firms["demand_mu"].between(1, 150).all()
    seated = firms[firms["plot_id"].notna()]
    assert 0.85 < len(seated) / len(firms) < 0.97
    home = plots.set_index("plot_id").loc[seated["plot_id"]]
    same = ["industry_code", "industry"]
    assert (home[same].to_numpy() == seated[same].to_numpy()).all()
    assert (home["firm_name"].to_numpy() == seated["name"].to_numpy()).all()
    at = gpd.GeoSeries(seated.geometry).to_crs(PLANE)
    assert shapely.distance(home.geometry.to_numpy(), at.to_numpy()).max() < 0.2
    total = plots.groupby("firm_name")["tax_wan_2021"].sum(min_count=1)
    known = seated["tax_wan_2021"].notna().to_numpy()
    assert seated["tax_wan_2021"].to_numpy()[known] == pytest.approx(
        total.loc[seated["name"]].to_numpy()[known], abs=0.01
    )


def test_parks_are_the_platforms_and_not_all_demand_fits(workspace):
    parks, platforms = workspace.layer("sample_parks"), workspace.layer("platforms")
    assert parks["park_id"].tolist() == platforms["platform_id"].tolist()
    firms = workspace.layer("sample_firms")
    assert 0.5 < parks["capacity_mu"].sum() / firms["demand_mu"].sum() < 1.0
    leaving = platforms["direction"].eq("retreat_to_tertiary").to_numpy()
    assert parks.loc[leaving, "capacity_mu"].eq(0).all()
    named = set(parks["admits"].dropna().str.split(";").explode()) - {"*"}
    assert named <= set(workspace.layer("plots")["industry"].dropna())


def test_terrain_is_flat_under_the_blocks_and_empty_at_sea(workspace, plots):
    with rasterio.open(workspace.path("dem")) as dem:
        assert dem.crs.to_epsg() == 4490
        assert dem.nodata == -32768
        assert dem.res == pytest.approx((3 / 3600, 3 / 3600))
        centres = plots.geometry.centroid.to_crs("EPSG:4490")
        under = np.array([v[0] for v in dem.sample(zip(centres.x, centres.y, strict=True))])
        heights = dem.read(1, masked=True)
        west, south, east, north = workspace.county.bounds
        assert dem.bounds.left <= west < east <= dem.bounds.right
        assert dem.bounds.bottom <= south < north <= dem.bounds.top
    assert ((under >= 1) & (under < 15)).all()
    assert heights.max() > 500
    assert 0.05 < heights.mask.mean() < 0.5
    assert workspace.path("dem").stat().st_size < 300_000
