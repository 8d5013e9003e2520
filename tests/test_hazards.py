"""The table of hazards: every one has a test that is there, or a reason why it has none.

Beside it the wrong answers with the numbers that they were observed with, where no other test
holds that very number.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import yaml

from platforms.errors import CRSError, OutputError
from platforms.geo.area import measure_frame
from platforms.geo.topology import gross_net_area, repair
from platforms.outputs.books.book_columns import Field
from platforms.outputs.books.book_pages import Pages
from platforms.outputs.books.sheet_rows import MAX_ROWS
from platforms.outputs.books.table_file import book_file
from platforms.units import half_up, m2_to_mu

TESTS = Path(__file__).parent
# the corpus lies beside its own tests
sys.path.append(str(TESTS / "geo" / "ingest"))
corpus = importlib.import_module("corpus")
corpus_rest = importlib.import_module("corpus_rest")
TABLE = yaml.safe_load((TESTS / "hazards.yaml").read_text("utf-8"))
HAZARDS: dict[str, dict] = TABLE["hazards"]
CASES = {case.name: case for case in corpus.CASES}
HERE = (corpus.EAST, corpus.NORTH)
OUTCOMES = {"OK", "WARN", "ASK", "ROW", "REJ"}


@cache
def _functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def _group(key: str) -> tuple[str, int]:
    section, _, number = key.partition(".") if "." in key else (key[0], "", key[1:])
    return section, int(number)


def test_no_number_of_the_list_is_missing():
    found: dict[str, list[int]] = {}
    for key in HAZARDS:
        section, number = _group(key)
        found.setdefault(section, []).append(number)
    assert {k: sorted(v) for k, v in found.items()} == {
        k: list(range(1, count + 1)) for k, count in TABLE["counts"].items()
    }


def _faults(told: dict) -> list[str]:
    """Return what is wrong with an entry of the table."""
    found = []
    if told["outcome"] not in OUTCOMES or len(told["what"]) < 3:
        found.append("what, outcome")
    # one of the two, never both and never neither
    if ("where" in told) == ("not_defended" in told) or not told.get("where", ["-"]):
        found.append("where, not_defended")
    for where in told.get("where", []):
        file, _, name = where.partition("::")
        path = TESTS.parent / file
        if where.startswith("case "):
            if where.removeprefix("case ") not in CASES:
                found.append(where)
        elif not path.is_file() or not name.startswith("test_") or name not in _functions(path):
            found.append(where)
    return found


@pytest.mark.parametrize("section", TABLE["counts"])
def test_a_hazard_has_a_test_that_is_there_or_a_reason(section):
    entries = {key: told for key, told in HAZARDS.items() if _group(key)[0] == section}
    assert {key: wrong for key, told in entries.items() if (wrong := _faults(told))} == {}


def test_an_entry_that_is_wrong_is_seen():
    good = {"what": "a text", "outcome": "OK", "where": ["tests/test_hazards.py::test_no_number"]}
    assert _faults(good) == ["tests/test_hazards.py::test_no_number"]
    assert _faults({"what": "a text", "outcome": "OK"}) == ["where, not_defended"]
    both = {"what": "a text", "outcome": "GOOD", "where": ["case no such"], "not_defended": "x"}
    assert _faults(both) == ["what, outcome", "where, not_defended", "case no such"]


def test_outcomes_agree_with_those_of_the_files():
    """A bad input that is refused has a file that is refused; one that is read has one too."""
    differ = []
    for key, told in HAZARDS.items():
        cases = [CASES[w[5:]] for w in told.get("where", []) if w.startswith("case ")]
        if "." in key or not cases:
            continue
        fits = {
            "REJ": any(c.refused for c in cases),
            "ASK": any(c.refused or c.options for c in cases),
            "ROW": any(c.aside or c.refused for c in cases),
            "WARN": any(c.kinds for c in cases),
            "OK": any(c.good and not c.aside for c in cases),
        }
        if not fits[told["outcome"]]:
            differ.append(key)
    assert differ == []


def test_every_file_of_the_second_list_is_named_by_a_hazard():
    named = {w for told in HAZARDS.values() for w in told.get("where", [])}
    second = Path(corpus_rest.__file__).name
    rest = [c.name for c in corpus.CASES if c.make.__code__.co_filename.endswith(second)]
    assert len(rest) >= 90
    assert [name for name in rest if f"case {name}" not in named] == []


@pytest.mark.parametrize("page", ["hardening.md", "hardening.zh.md"])
def test_the_page_states_these_counts(page):
    text = (TESTS.parent / "docs" / page).read_text("utf-8")
    with_tests = sum("where" in told for told in HAZARDS.values())
    inputs = sum("." not in key for key in HAZARDS)
    for number in (len(HAZARDS), inputs, with_tests, len(HAZARDS) - with_tests, len(corpus.CASES)):
        assert re.search(rf"\b{number}\b", text.split("hazards.yaml", 1)[1]), (page, number)


# ---- wrong answers, each with the number that it was observed with


def _square(lon: float, lat: float, size: float) -> tuple[shapely.Geometry, pyproj.CRS]:
    plane = pyproj.CRS.from_epsg(4547)
    to = pyproj.Transformer.from_crs(4490, plane, always_xy=True)
    x, y = to.transform(lon, lat)
    return shapely.box(x, y, x + size, y + size), plane


def test_no_area_is_that_of_web_mercator():
    """A kilometre at 28.2045° is 1.2924 km² in EPSG:3857, which is not measured in."""
    square, plane = _square(113.0, 28.2, 1000.0)
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=plane)
    web = frame.to_crs(3857)
    on_the_ground = measure_frame(frame.to_crs(4490))["area_m2"][0]
    assert web.area[0] / on_the_ground == pytest.approx(1.292418, abs=2e-6)
    with pytest.raises(CRSError) as refused:
        measure_frame(web)
    assert refused.value.key == "geo.not_measurable"


@pytest.mark.parametrize(
    ("name", "shape", "signed", "kept"),
    [
        ("bow-tie", shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), 0.0, 50.0),
        ("wound twice", shapely.Polygon(
            [(0, 0), (10, 0), (10, 10), (0, 10)] * 2), 200.0, 100.0),
        ("hole over the edge", shapely.Polygon(
            shapely.box(0, 0, 10, 10).exterior,
            [shapely.box(7, 0, 13, 5).exterior]), 70.0, 85.0),
        ("overlapping parts", shapely.MultiPolygon(
            [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)]), 200.0, 150.0),
    ],
)  # fmt: skip
def test_a_repair_says_before_after_and_change(name, shape, signed, kept):
    """Numbers of each: in the order of its points, and after a repair by structure."""
    placed = shapely.transform(shape, lambda at: np.add(at, HERE))
    frame = gpd.GeoDataFrame({"plot_id": [name]}, geometry=[placed], crs=4528)
    assert shapely.area(shape) == pytest.approx(signed)
    repaired, issues = repair(frame)
    (told,) = [issue for issue in issues if issue.kind == "shape_repaired"]
    assert shapely.area(repaired.geometry[0]) == pytest.approx(kept, abs=1e-6)
    assert told.delta_m2 == pytest.approx(kept - signed, rel=1e-3, abs=0.05)
    assert told.severity == "warning"
    assert frame.geometry[0] == placed


def test_land_under_two_plots_is_summed_twice_and_counted_once():
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)]
    placed = [shapely.transform(b, lambda at: np.add(at, HERE)) for b in boxes]
    both = gross_net_area(gpd.GeoDataFrame({"plot_id": ["A", "B"]}, geometry=placed, crs=4528))
    assert both.gross_m2 == pytest.approx(200, rel=1e-3)
    assert both.net_m2 == pytest.approx(150, rel=1e-3)


def test_mu_are_three_two_thousandths_and_round_half_up_once():
    """/666.67 is 0.75 亩 off in 10,000 ha; round() is even at a half."""
    assert m2_to_mu(1e8) == 150_000.0
    assert half_up(1e8 / 666.67) == 149_999.25
    assert [half_up(2.675), half_up(1.005), half_up(-2.675)] == [2.68, 1.01, -2.68]
    assert [round(2.675, 2), round(1.005, 2)] == [2.67, 1.0]


def _long_book(path: Path, rows: int) -> None:
    late: dict = {}
    with book_file(path, overwrite=True, rows=late) as book:
        pages = Pages(book, "甲", foot="", late=late)
        pages.write(pages.sheet("ledger"), [Field("id", "编号", [None] * rows, 8)])


def test_a_sheet_refuses_more_rows_than_it_holds(tmp_path):
    with pytest.raises(OutputError) as refused:
        _long_book(tmp_path / "a.xlsx", MAX_ROWS)
    assert refused.value.key == "sheet.rows_many"
    assert list(tmp_path.iterdir()) == []
    _long_book(tmp_path / "a.xlsx", refused.value.fields["allowed"] // 100_000)


def test_a_shape_in_degrees_without_a_system_is_not_measured():
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shapely.box(121, 28, 121.01, 28.01)])
    with pytest.raises(CRSError):
        measure_frame(frame)
