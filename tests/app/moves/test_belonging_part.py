"""归属 on the page: layers, groups, doubts, sums, files."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app.moves.belonging import FILES, make_belonging, make_file

CODE = "from platforms.app.views import moves\nmoves.page()\n"


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _page(**query: str) -> AppTest:
    app = AppTest.from_string(CODE, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert "ip-error" not in _html(app)
    return app


@pytest.fixture(scope="module")
def city() -> ip.Workspace:
    return ip.Workspace.open("yueqing")


def test_the_page_opens_on_the_plots_by_town_with_the_figures_of_the_run():
    app = _page()
    page = _html(app)
    assert "<b>1,251</b>" in page
    assert "示例数据" in page
    listing, sums, why = (table.value for table in app.dataframe)
    assert len(listing) == 1251
    assert sums["个数"].sum() == 1251
    assert sums["存疑"].sum() == why["个数"].sum() > 0


@pytest.mark.parametrize("layer", ["firms", "projects", "platforms", "micro_parks"])
@pytest.mark.parametrize("by", ["town", "platform", "layout_unit"])
def test_each_layer_is_listed_and_counted_once(city, layer, by):
    found = make_belonging(city, layer, by)
    sums = ip.belonging_sums(found.told, by)
    assert sums["features"].sum() == len(city.layer(layer))
    assert (sums["sure"] + sums["doubtful"]).sum() == found.told[by].notna().sum()
    assert len(found.sheet.frame(layer)) == found.told.geometry.notna().sum()


def test_a_link_opens_the_same_layer_group_and_filter():
    app = _page(of="firms", by="platform", doubt="1")
    assert app.checkbox(key="belonging-doubt").value
    assert len(app.dataframe[0].value) == app.dataframe[2].value["个数"].sum()
    assert "位置误差约" in str(app.dataframe[0].value["平台存疑的原因"].tolist())


def test_only_doubtful_ones_can_be_looked_at():
    app = _page()
    before = len(app.dataframe[0].value)
    app.checkbox(key="belonging-doubt").check().run()
    assert app.query_params["doubt"] == "1"
    assert 0 < len(app.dataframe[0].value) < before


@pytest.mark.parametrize("ending", list(FILES))
def test_each_file_can_be_made(city, ending):
    found = make_belonging(city, "firms", "town")
    data = make_file(found, ending, "en")
    if ending == "csv":
        rows = pd.read_csv(io.BytesIO(data))
        assert (
            rows["town_doubt"].str.contains("position is only good to").any()
            or rows["town_doubt"].str.contains("误差").any()
        )
        assert len(rows) == 38
    if ending == "xlsx":
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(data) > 100
