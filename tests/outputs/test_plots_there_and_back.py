"""What is written is read again as it was: ids, texts, shapes and counts, format by format.

What a format cannot hold is named here: none of them signs of control or blanks at an end, a
Shapefile no letters by which its encoding cannot be told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.geo.read import read_plots
from platforms.outputs.plots_file import harmless, write_plots

# degrees that the outline keeps: shapes go through as they are, or as text of all digits
_KEPT = 1e-12
_LON, _LAT = 120.9965, 28.2011
# all that a text may be: no half of a pair, no sign of control
_CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp"))


def _of_gbk(letter: str) -> bool:
    return len(letter.encode("gb2312", "ignore")) > 1


@st.composite
def plots(draw, letters=_LETTERS):
    count = draw(st.integers(1, 12))
    texts = st.one_of(st.none(), st.text(letters, max_size=20).map(_plain))
    shapes = [
        shapely.box(
            x := _LON + 0.002 * at + draw(st.floats(0, 5e-4)),
            y := _LAT + draw(st.floats(0, 5e-4)),
            x + draw(st.floats(2e-4, 1e-3)),
            y + draw(st.floats(2e-4, 1e-3)),
        )
        for at in range(count)
    ]
    ids = st.text(st.sampled_from("甲乙丙ABC012-_"), min_size=1, max_size=12)
    frame = {
        "plot_id": draw(st.lists(ids, min_size=count, max_size=count, unique=True)),
        "备注": draw(st.lists(texts, min_size=count, max_size=count)),
    }
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490")


def _plain(text: str) -> str | None:
    return text.strip() or None


def _there_and_back(frame: gpd.GeoDataFrame, name: str, **options: str) -> gpd.GeoDataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = write_plots(frame, Path(folder) / name, **options)
        return read_plots(path, crs="EPSG:4490" if name.endswith((".csv", ".xlsx")) else None).frame


def _texts(cells: Iterable[object]) -> list[str | None]:
    return [cell if isinstance(cell, str) else None for cell in cells]


def _same(frame: gpd.GeoDataFrame, back: gpd.GeoDataFrame) -> None:
    assert len(back) == len(frame)
    assert back["plot_id"].tolist() == frame["plot_id"].tolist()
    # a column that is empty everywhere is none in some formats
    notes = back["备注"].tolist() if "备注" in back else [None] * len(back)
    assert _texts(notes) == _texts(frame["备注"])
    for one, other in zip(frame.geometry, back.geometry, strict=True):
        assert shapely.hausdorff_distance(one, other) <= _KEPT


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet", "a.xlsx"])
@settings(max_examples=4)
@given(frame=plots())
def test_plots_are_read_as_they_were_written(name, frame):
    _same(frame, _there_and_back(frame, name))


@settings(max_examples=4)
@given(frame=plots())
def test_a_csv_tells_its_encoding_and_its_guard_is_taken_off(frame):
    _same(frame, _there_and_back(frame, "a.csv"))


ODD = ["=1+1", "'=1+1", "''=x", "+甲", "-5", "'-5", "- 甲", "@a", "＝a", "'甲'", "'", "1.5", "-"]


def test_text_that_looks_like_a_formula_or_like_its_guard_comes_back(tmp_path):
    shapes = [shapely.box(_LON + at / 500, _LAT, _LON + (at + 0.5) / 500, _LAT + 1e-3)
              for at in range(len(ODD))]  # fmt: skip
    ids = [f"=A{at}" for at in range(len(ODD))]
    frame = gpd.GeoDataFrame({"plot_id": ids, "备注": ODD}, geometry=shapes, crs="EPSG:4490")
    path = write_plots(frame, tmp_path / "a.csv")
    text = path.read_bytes().decode("utf-8-sig")
    assert "\r\n'=A0,'=1+1," in text
    assert "\r\n'=A1,''=1+1," in text
    assert read_plots(path, crs="EPSG:4490").frame[["plot_id", "备注"]].to_numpy().tolist() == (
        frame[["plot_id", "备注"]].to_numpy().tolist()
    )
    # of a file that others wrote nobody knows whose mark it is
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    kept = read_plots(path, crs="EPSG:4490").frame["备注"].tolist()
    assert kept == [harmless(one) for one in ODD]


@settings(max_examples=4)
@given(frame=plots(_CHINESE))
def test_a_shapefile_holds_chinese_as_utf_8(frame):
    _same(frame, _there_and_back(frame, "a.zip", encoding="utf-8"))


@settings(max_examples=4)
@given(frame=plots(_CHINESE.filter(_of_gbk)))
def test_a_shapefile_holds_chinese_as_gbk(frame):
    _same(frame, _there_and_back(frame, "a.zip", encoding="gbk"))
