"""What can be exported: which group it stands in, what it is called, what writes it.

The files are those that the library and the command line write. Maps and figures follow the
profile of publication; tables and layers hold every field and are for the office only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import platforms as ip
from platforms.app.ledger.stands import stand_of
from platforms.app.plots.shelf import Progress
from platforms.app.scene import Scene
from platforms.errors import PlatformsError

__all__ = ["GROUPS", "KINDS", "MAP", "PAPERS", "Asked", "Export", "Source"]

_ZIP = "application/zip"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# the kind that is ready as soon as the map was published
MAP = "map"
PAPERS = ("A4", "A3", "A2", "A1", "A0")
# dots in an inch: larger sheets are looked at from further away
_DPI = {"A4": 300, "A3": 300, "A2": 200}
_LARGE_DPI = 150


@dataclass(frozen=True)
class Asked:
    """What is asked of maps and figures.

    Attributes
    ----------
    profile
        Of publication.
    review_number
        The 审图号; empty as long as there is none.
    slides
        Ids of the slides that go along, in their order; None for all as they are.
    """

    profile: str = "internal"
    review_number: str = ""
    slides: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Source:
    """What an export is made from.

    Attributes
    ----------
    scene
        The run that is shown, and its map.
    asked
        What is asked of maps and figures.
    document
        The map of the run as it leaves.
    paper
        Size of a figure's sheet.
    """

    scene: Scene
    asked: Asked
    document: Any
    paper: str = PAPERS[0]


class Export(NamedTuple):
    """One kind of output."""

    group: str
    """meeting, figures, office or desktop."""
    ending: str
    mime: str
    write: Callable[[Source, Path, Progress], object]
    """Writes it to a path."""
    published: bool = False
    """Whether it follows the profile of publication."""
    wanted: Callable[[Scene], bool] = lambda _: True
    """Whether there is anything to write."""
    live: bool = False
    """Whether it reads what others write meanwhile, so that each press makes it anew."""


def _land_map(source: Source, path: Path, progress: Progress) -> object:
    asked = source.asked
    progress("map", 0.0)
    document = ip.land_document(source.scene.run)
    progress("map", 0.4)
    made = ip.publish(document, asked.profile, review_number=asked.review_number)
    progress("paper", 0.8)
    return ip.save_html(made, path)


def _figure(source: Source, path: Path) -> object:
    dpi = _DPI.get(source.paper, _LARGE_DPI)
    return ip.save_figure(source.document, path, paper=source.paper, dpi=dpi)


def _of_folder(to: str) -> Callable[[Source, Path, Progress], object]:
    """Return a writer of what the command line makes of a run's folder."""

    def write(source: Source, path: Path, progress: Progress) -> object:
        folder = path.parent / "run"
        ip.save_run(source.scene.run, folder, progress=lambda _, share: progress("paper", share))
        progress("paper", 0.9)
        return ip.export_run(folder, to, path)

    return write


def _ledger(source: Source, path: Path, progress: Progress) -> object:
    progress("paper", 0.0)
    city = source.scene.workspace
    return ip.open_store(city, make=False).ledger.export(path, name=str(city.plan.name))


def _has_ledger(scene: Scene) -> bool:
    # the title says that a store cannot be read, and the other files are there without it
    with suppress(PlatformsError):
        return not stand_of(ip.open_store(scene.workspace, make=False)).plots.empty
    return False


def _positions(source: Source, path: Path, progress: Progress) -> object:
    progress("paper", 0.0)
    now = ip.open_store(source.scene.workspace, make=False).positions.current()
    return ip.export_positions(now, path)


def _has_positions(scene: Scene) -> bool:
    with suppress(PlatformsError):
        return len(ip.open_store(scene.workspace, make=False).positions.current()) > 0
    return False


def _low(scene: Scene) -> bool:
    return "low_efficiency" in scene.run.pack.outcomes


def _one(write: Callable[[Source, Path], object]) -> Callable[[Source, Path, Progress], object]:
    """Return a writer that is one step."""

    def run(source: Source, path: Path, progress: Progress) -> object:
        progress("paper", 0.0)
        return write(source, path)

    return run


KINDS: Mapping[str, Export] = {
    MAP: Export(
        "meeting", "html", "text/html",
        _one(lambda source, path: ip.save_html(source.document, path)),
        published=True,
    ),
    "land_map": Export("meeting", "html", "text/html", _land_map, published=True, wanted=_low),
    "slides": Export(
        "meeting", "pptx", PPTX,
        _one(lambda source, path: ip.save_slides(source.document, path)),
        published=True,
    ),
    "figure_pdf": Export("figures", "pdf", "application/pdf", _one(_figure), published=True),
    "figure_png": Export("figures", "png", "image/png", _one(_figure), published=True),
    "figure_svg": Export("figures", "svg", "image/svg+xml", _one(_figure), published=True),
    "workbook": Export(
        "office", "xlsx", XLSX,
        _one(lambda source, path: ip.save_workbook(source.scene.run, path)),
    ),
    "ledger": Export("office", "xlsx", XLSX, _ledger, wanted=_has_ledger, live=True),
    "targets": Export(
        "office", "xlsx", XLSX,
        _one(lambda source, path: ip.save_targets(
            source.scene.run.targets, source.scene.workspace.plan, path)),
        wanted=lambda scene: len(scene.run.targets) > 0,
    ),
    "issues": Export(
        "office", "xlsx", XLSX,
        _one(lambda source, path: ip.save_issues(source.scene.run.issues, path)),
        wanted=lambda scene: len(scene.run.issues) > 0,
    ),
    "gpkg": Export(
        "desktop", "gpkg", "application/geopackage+sqlite3",
        _one(lambda source, path: ip.save_geopackage(source.scene.run, path)),
    ),
    "gdb": Export("desktop", "gdb.zip", _ZIP, _of_folder("gdb")),
    "shp": Export("desktop", "zip", _ZIP, _of_folder("shp")),
    "kml": Export("desktop", "kml", "application/vnd.google-earth.kml+xml", _of_folder("kml")),
    "parquet": Export("desktop", "parquet", "application/octet-stream", _of_folder("parquet")),
    "package": Export("desktop", "zip", _ZIP, _of_folder("package")),
    "positions": Export(
        "desktop", "geojson", "application/geo+json", _positions, wanted=_has_positions, live=True
    ),
}  # fmt: skip
GROUPS = tuple(dict.fromkeys(kind.group for kind in KINDS.values()))
