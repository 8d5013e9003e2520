"""Every file of the corpus: its outcome, its account of rows, and that it touched nothing."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from pathlib import Path
from types import SimpleNamespace

import corpus
import corpus_rest
import pyproj
import pytest
import shapely

from listening import listening
from platforms.errors import PlatformsError
from platforms.geo import read
from platforms.issues import Issue
from platforms.planning.survey import survey


@dataclasses.dataclass(frozen=True)
class County:
    """A box in the place of 乐清."""

    plane: pyproj.CRS
    county: shapely.Geometry

    @property
    def plan(self) -> SimpleNamespace:
        return SimpleNamespace(crs=self.plane)


AREA = County(pyproj.CRS.from_epsg(4528), shapely.box(120.7, 27.9, 121.3, 28.6))


@pytest.fixture(scope="module")
def listener():
    """Count connections to the address that hostile files name."""
    with listening() as found:
        yield found


# three words of English in a row; names of formats and fields are shorter
_ENGLISH = re.compile(r"(?:[A-Za-z][a-z'’-]+[,.;:]? ){2,}[A-Za-z][a-z'’-]+")


def _read(path: Path, **options: str) -> tuple[read.Plots | None, PlatformsError | None]:
    try:
        return read.read_plots(path, workspace=AREA, **options), None
    except PlatformsError as error:
        return None, error


# a row about a shape says how many m² it concerns, unless the area is not known
TELLS_M2 = {
    "collection_parts",
    "curves_split",
    "geometry_invalid",
    "heights_dropped",
    "ring_closed",
    "rings_placed",
    "shape_crossed",
    "shape_duplicate",
    "shape_outside",
    "shape_overlap",
    "shape_parts",
    "shape_partly_outside",
    "shape_repeated_points",
    "shape_sliver",
    "shape_spike",
}
NO_AREA = {
    "coordinate_not_finite": "set aside: no outline",
    "geometry_empty": "set aside: no outline",
    "geometry_flat": "set aside: no area",
    "geometry_missing": "set aside: no outline",
    "geometry_unreadable": "set aside: no outline",
    "not_polygon": "set aside: a line or a point, whose plot is not known",
    "place_impossible": "set aside: not in China, so in no plane",
    "txt_ring_short": "set aside: no outline",
}
IN_DEGREES = {"curves_split", "rings_placed"}


def _tells(issue: Issue, *, degrees: bool) -> bool:
    """Say whether a row has the m² that it should have."""
    if issue.kind in NO_AREA:
        return issue.delta_m2 is None and issue.severity == "error"
    known = issue.kind.startswith(("shape_", "geometry_", "ring")) or issue.kind in TELLS_M2
    if not known or (degrees and issue.kind in IN_DEGREES):
        return True
    return issue.kind in TELLS_M2 and issue.delta_m2 is not None


@pytest.mark.parametrize("case", corpus.CASES, ids=lambda c: c.name)
def test_outcome(case, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "canary.csv").write_text(f"id,text\n1,{corpus.CANARY}\n")
    path = case.make(work)
    before = {p: p.read_bytes() for p in work.rglob("*") if p.is_file()}
    plots, error = _read(path, **case.options)
    if error is not None:
        chinese = error.message("zh_CN")
        told = chinese + error.message("en")
        assert error.key == case.refused, told
    else:
        assert not case.refused, f"read {plots.rows}"
        records = plots.issues.to_records("zh_CN")
        chinese = " | ".join(f"{r['message']}{r['action']}" for r in records)
        told = str(records) + str(plots.issues.to_records("en"))
        told += plots.frame.to_json(to_wgs84=False) if len(plots.frame) < 100 else ""
        total = case.good + case.aside
        assert plots.rows == {"in": total, "good": case.good, "set_aside": case.aside}, told
        assert plots.frame.crs.to_epsg() == 4490
        assert list(plots.frame.index) == list(range(case.good))
        assert plots.frame.columns[0] == "plot_id"
        assert plots.frame["plot_id"].is_unique
        west, south, east, north = plots.frame.total_bounds
        assert 72 < west < east < 137
        assert 2 < south < north < 55
        degrees = plots.source.crs in {"EPSG:4490", "EPSG:4326"}
        found = survey(plots, workspace=AREA).issues
        assert case.kinds <= set(plots.issues.by_kind()) | set(found.by_kind()), told
        silent = [i.kind for i in (*plots.issues, *found) if not _tells(i, degrees=degrees)]
        assert silent == [], told
    assert _ENGLISH.findall(chinese) == []
    assert corpus.CANARY not in told
    assert str(tmp_path) not in told
    assert tempfile.gettempdir() + "/" not in told
    assert {p: p.read_bytes() for p in work.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    "name",
    ["V16", "V17", "V18", "V19", "V21", "V23", "V24", "V25", "V31", "V32", "V37", "S15"],
)
def test_no_address_is_opened(name, tmp_path, listener):
    case = next(c for c in corpus.CASES if c.name.startswith(name))
    path = case.make(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(
            file.read_bytes().replace(b"127.0.0.1:9/", f"127.0.0.1:{listener.port}/".encode())
        )
    assert (_read(path)[1] is not None) == bool(case.refused)
    assert listener.came() == []


def test_texts_survive_every_encoding(tmp_path):
    for number, case in enumerate(c for c in corpus.CASES if c.name.startswith("E ") and c.good):
        folder = tmp_path / str(number)
        folder.mkdir()
        frame = read.read_plots(case.make(folder), workspace=AREA).frame
        assert frame["plot_id"].tolist() == ["地块1", "地块2"], case.name
        assert frame["firm_name"].tolist() == ["乐清电器厂"] * 2, case.name


def test_every_fault_of_a_shape_has_a_file():
    expected = {kind for case in corpus.CASES for kind in case.kinds}
    assert (TELLS_M2 | set(NO_AREA)) - expected == set()


def test_names_of_cases_are_unique():
    names = [c.name for c in corpus.CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 380
    # the second file fills the list of the first
    assert corpus_rest.ok is corpus.ok
