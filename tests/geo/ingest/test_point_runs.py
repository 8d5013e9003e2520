"""Tables of points in which ids are equal, empty or cut: no two plots become one unseen."""

from __future__ import annotations

import corpus
import openpyxl
import pytest
import shapely
from test_corpus import AREA

from platforms.errors import InputError
from platforms.geo import read
from platforms.geo.crs import reproject
from platforms.geo.ingest.formats.runs import as_half_width, is_cut, point_order

E, N = 40598000.0, 3121000.0


def _square(e: float = 0.0, n: float = 0.0, size: float = 100.0) -> list[tuple[float, float]]:
    west, south = E + e, N + n
    return [(south, west), (south, west + size), (south + size, west + size), (south + size, west)]


def _rows(own: str, points, *, first: int = 1, ring: str | None = None) -> list[list[object]]:
    told = [] if ring is None else [ring]
    return [[own, f"J{i}", *told, *p] for i, p in enumerate(points, start=first)]


def _read(folder, rows, *, ring: bool = False, **options: object) -> read.Plots:
    head = ["宗地代码", "点号", *(["圈号"] if ring else []), "X", "Y"]
    text = "\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n"
    return read.read_plots(corpus.raw(folder, "a.csv", text), workspace=AREA, **options)


def _areas(plots: read.Plots) -> list[float]:
    flat = reproject(plots.frame, "EPSG:4528").geometry.to_numpy()
    return [round(area, 3) for area in shapely.area(flat).tolist()]


@pytest.mark.parametrize("own", ["T1", "", "3.30382E+17"])
@pytest.mark.parametrize("close", [False, True])
def test_numbers_that_begin_again_begin_another_plot(own, close, tmp_path):
    rows = []
    for square in (_square(), _square(-10, 110)):
        one = _rows(own, square)
        rows += [*one, one[0]] if close else one
    plots = _read(tmp_path, rows)
    assert _areas(plots) == [10_000, 10_000]
    (issue,) = (i for i in plots.issues if i.kind == "points_again")
    assert issue.severity == "warning"
    if own:
        assert plots.frame["plot_id"].tolist() == [own, f"{own}#2"]
    with pytest.raises(InputError):
        _read(tmp_path, rows, crs="EPSG:4528", strict=True)


def test_a_ring_inside_is_a_hole_only_where_the_id_is_whole(tmp_path):
    inner = _square(20, 20, 10)
    named = _read(tmp_path, [*_rows("T1", _square()), *_rows("T1", inner)])
    assert _areas(named) == [9_900]
    assert named.issues.by_kind()["points_ring"] == 1
    cut = _read(tmp_path, [*_rows("3.3E+17", _square()), *_rows("3.3E+17", inner)])
    assert _areas(cut) == [10_000, 100]


def test_ring_numbers_decide(tmp_path):
    rows = [*_rows("T1", _square(), ring="1"), *_rows("T1", _square(200), ring="2")]
    told = _read(tmp_path, rows, ring=True)
    assert _areas(told) == [20_000]
    assert not {"points_again", "points_ring"} & set(told.issues.by_kind())
    rows = [*_rows("T1", _square(), ring="1"), *_rows("T1", _square(200), ring="1")]
    again = _read(tmp_path, rows, ring=True)
    assert _areas(again) == [10_000, 10_000]


def test_a_closed_ring_that_counts_on_is_a_part(tmp_path):
    one = _rows("T1", _square())
    plots = _read(tmp_path, [*one, one[0], *_rows("T1", _square(200), first=5)])
    assert _areas(plots) == [20_000]
    assert plots.issues.by_kind()["points_ring"] == 1


def test_a_last_point_beside_the_first_stays_in_its_ring(tmp_path):
    rows = [*_rows("T1", _square()), ["T1", "J1", N, E - 1]]
    plots = _read(tmp_path, rows)
    assert len(plots.frame) == 1
    assert plots.issues.by_kind()["points_apart"] == 1


def test_a_serial_number_of_the_plot_is_no_number_of_points(tmp_path):
    rows = [["T1", 1, *p] for p in _square()] + [["T2", 2, *p] for p in _square(200)]
    plots = _read(tmp_path, rows)
    assert _areas(plots) == [10_000, 10_000]
    assert "points_again" not in plots.issues.by_kind()


@pytest.mark.parametrize(
    ("names", "good"),
    [
        ("1 2 3 4", True),
        ("1 3 2 4", False),
        ("J4 J3 J2 J1", True),
        ("3 4 1 2", True),
        ("5 12 3 40", True),
        ("J1 J2 J2 J3", False),
    ],
)
def test_order_of_numbers(names, good):
    assert point_order(names.split()) is good


def test_numbers_out_of_order_are_named(tmp_path):
    rows = _rows("T1", _square())
    rows[1][1], rows[2][1] = "J3", "J2"
    assert _read(tmp_path, rows).issues.by_kind()["points_order"] == 1


def test_an_id_in_full_width_is_the_same_id(tmp_path):
    rows = _rows("T1", _square())
    rows[1][0] = rows[2][0] = "Ｔ１"
    plots = _read(tmp_path, rows)
    assert (plots.frame["plot_id"].tolist(), _areas(plots)) == (["T1"], [10_000])
    (issue,) = (i for i in plots.issues if i.kind == "ids_half_width")
    assert (issue.severity, issue.values["count"]) == ("info", 2)
    assert as_half_width("甲（Ａ－１）") == "甲（A-1）"


def test_codes_cut_by_a_workbook_are_told_once_and_keep_no_invented_digit(tmp_path):
    book = openpyxl.Workbook()
    rows = [*_rows("a", _square()), *_rows("a", _square(200))]
    book.active.append(["宗地代码", "点号", "X", "Y"])
    for row in rows:
        book.active.append([3.303821000123457e17, *row[1:]])
    book.save(tmp_path / "a.xlsx")
    plots = read.read_plots(tmp_path / "a.xlsx", workspace=AREA)
    own = "3.303821000123457e+17"
    assert plots.frame["plot_id"].tolist() == [own, f"{own}#2"]
    (issue,) = (i for i in plots.issues if i.kind == "cell_digits_lost")
    assert (issue.values["column"], issue.values["count"]) == ("A", 8)


def test_what_a_cut_code_looks_like():
    assert [is_cut(t) for t in ("3.30382E+17", "3e17", "330382", "E17", "1.5")] == [
        True,
        True,
        False,
        False,
        False,
    ]
