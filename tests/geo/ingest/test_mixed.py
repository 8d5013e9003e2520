"""Files put together from two sources: the plots that stand apart are named."""

from __future__ import annotations

import corpus
import pytest
from test_corpus import AREA

from platforms.errors import CRSError
from platforms.geo import read

E, N = 598000.0, 3121000.0


def _row(own: str, first: float, second: float) -> str:
    corners = ((0, 0), (0, 1e-3), (1e-3, 1e-3), (1e-3, 0))
    size = 1.0 if max(first, second) < 360 else 1e5
    ring = ", ".join(f"{first + a * size} {second + b * size}" for a, b in (*corners, (0, 0)))
    return f'{own},"POLYGON(({ring}))"'


def _refused(folder, *rows: str, **options: str) -> CRSError:
    text = "编号,wkt\n" + "\n".join(rows) + "\n"
    with pytest.raises(CRSError) as refused:
        read.read_plots(corpus.raw(folder, "a.csv", text), workspace=AREA, **options)
    return refused.value


@pytest.mark.parametrize(
    "odd",
    [(E + 4e7, N), (N, E), (120.99, 28.2), (E + 4.1e7, N), (28.2, 120.99)],
    ids=["prefix", "turned", "degrees", "zone", "latitude first"],
)
def test_the_odd_plots_are_named(odd, tmp_path):
    alike = [_row(own, E + 200 * at, N) for at, own in enumerate("甲丙戊")]
    error = _refused(tmp_path, *alike, _row("乙", *odd), _row("丁", *odd))
    assert error.key == "read.crs_mixed_most"
    said = error.message("zh_CN")
    assert all(own in said for own in "乙丁")
    assert not any(own in said for own in "甲丙戊")


def test_without_a_majority_all_are_named(tmp_path):
    error = _refused(tmp_path, _row("甲", E, N), _row("乙", E + 4e7, N), crs="EPSG:4549")
    assert error.key == "read.crs_mixed"
    assert all(own in error.message("zh_CN") for own in "甲乙")


def test_plots_that_are_alike_keep_their_error(tmp_path):
    error = _refused(tmp_path, _row("甲", E, N), _row("乙", E + 200, N), crs="EPSG:4528")
    assert error.key == "read.crs_contradicts"


@pytest.mark.parametrize("wrong", ["3,121,100.000,40598100.000", "3121100.000,40598"])
def test_a_point_of_another_size_is_named_and_no_system_asked_for(wrong, tmp_path):
    corners = [(3121000, 40598000), (3121000, 40598100), (3121100, 40598100), (3121100, 40598000)]
    lines = [f"J{at},1,{x}.000,{y}.000" for at, (x, y) in enumerate([*corners, corners[0]], 1)]
    lines[2] = f"J3,1,{wrong}"
    head = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=40", "[地块坐标]"]
    text = "\n".join([*head, "5,1.0,G1,甲,面,,,,@", *lines, ""])
    with pytest.raises(CRSError) as refused:
        read.read_plots(corpus.raw(tmp_path, "a.txt", text))
    assert refused.value.key == "read.crs_point"
    told = refused.value.fields
    assert (told["plot"], told["number"], told["count"]) == ("G1", 3, 1)
    assert "--crs" not in refused.value.message("en")
