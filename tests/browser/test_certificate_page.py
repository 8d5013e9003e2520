"""A certificate on a telephone: only its wide tables scroll, their first column stays."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import platforms as ip

pytestmark = pytest.mark.browser


def test_only_the_table_scrolls_on_a_narrow_screen(open_page, tmp_path):
    city = ip.Workspace.open("yueqing")
    square = shapely.box(40598000, 3121000, 40598100, 3121100)
    frame = gpd.GeoDataFrame({"plot_id": ["A-" + "长" * 40]}, geometry=[square], crs=4528)
    path = tmp_path / "a.html"
    ip.save_certificate(ip.survey(frame, workspace=city), path)
    page, seen = open_page(path, 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    areas = page.locator(".wide").first
    assert areas.evaluate("e => e.scrollWidth > e.clientWidth")
    cell = areas.locator("tbody tr td").first
    before = cell.bounding_box()["x"]
    areas.evaluate("e => { e.scrollLeft = 300; }")
    assert areas.evaluate("e => e.scrollLeft") > 0
    assert abs(cell.bounding_box()["x"] - before) < 1
    # what scrolls by does not shine through
    assert cell.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.errors == []
