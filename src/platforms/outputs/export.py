"""What a run's folder gives away: its own files again, its map in another form, its layers.

Nothing is computed anew: areas are those that the run printed, faults those that it found,
and the source is the file that the run was given.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from platforms.errors import InputError, OutputError
from platforms.geo.write import atomic_folder, atomic_path
from platforms.geo.writers.geodatabase import write_geodatabase
from platforms.geo.writers.shapefile import write_shapefile
from platforms.issues import IssueTable
from platforms.outputs.certificates.certificate import save_certificate
from platforms.outputs.desktop.data_package import write_layers, write_package
from platforms.outputs.desktop.kml import write_kml
from platforms.outputs.folder import OUTPUTS
from platforms.outputs.maps.map_reading import read_page
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.slides import read_slides, with_slides
from platforms.outputs.plots_file import Stated, write_boundary_file
from platforms.outputs.publication.checking import check_publication
from platforms.outputs.publication.publish import publish
from platforms.outputs.run_folder import RunFolder

__all__ = ["EXPORTS", "MAP_EXPORTS", "PLOT_EXPORTS", "ExportChoice", "RunFolder", "export_run"]

# what the run has written already, by kind
_COPIES = {"xlsx": "ledger.xlsx", "gpkg": "plan.gpkg"}
# made from the map of the run: a profile of publication and slides may be asked for
MAP_EXPORTS = ("html", "figure")
# made plot by plot: some may be picked
PLOT_EXPORTS = ("txt", "shp", "certificate")


@dataclass(frozen=True, kw_only=True)
class ExportChoice:
    """What may be asked of an export of the map.

    Attributes
    ----------
    profile
        ``internal`` or ``public``, see :func:`platforms.publish`; None leaves the map as the
        run made it.
    review_number
        The 审图号 that a profile prints.
    slides
        YAML file of :func:`platforms.read_slides`; None keeps the map's own.
    paper
        Of a ``figure``: ``A4`` to ``A0``, landscape.
    """

    profile: str | None = None
    review_number: str = ""
    slides: str | os.PathLike[str] | None = None
    paper: str = "A4"

    @property
    def plain(self) -> bool:
        """Say whether nothing is asked for."""
        return self == ExportChoice()


def export_run(
    folder: str | os.PathLike[str],
    to: str,
    path: str | os.PathLike[str],
    *,
    plot_ids: Sequence[str] | None = None,
    stated: Stated = "planar_m2",
    choice: ExportChoice | None = None,
    overwrite: bool = False,
    issues: IssueTable | None = None,
) -> Path:
    """Export something of a run that was written before.

    Parameters
    ----------
    folder
        What ``platforms run -o`` wrote.
    to
        ``html``, ``xlsx``, ``gpkg``: the run's own file, unchanged. ``gdb``: all layers as a
        file geodatabase (``.gdb.zip``); ``kml``: all layers; ``parquet``: GeoParquet, the
        plots (``.parquet``) or all layers (a folder); ``package``: everything with
        ``datapackage.json`` (``.zip`` or a folder). ``shp``: the plots as a Shapefile in a
        ``.zip`` with ``field_map.csv``; ``figure``: the map as a sheet (``.png``, ``.svg``,
        ``.pdf``) or its slides (``.pptx``); ``txt``: national boundary-point file;
        ``certificate``: area certificates as ``.html`` or ``.pdf``.
    path
        The file or folder to make.
    plot_ids
        For ``txt``, ``shp`` and ``certificate``: these plots only.
    stated
        The area that ``txt`` states.
    choice
        For ``html`` and ``figure``: profile of publication, slides, paper.
    overwrite
        Replace what is there.
    issues
        Table to which is added what the format could not hold, and which area a ``txt``
        states.

    Returns
    -------
    path
        What was written; it appears whole or not at all.

    Raises
    ------
    InputError
        When the folder holds no run or no such plot, or the map is not of this version.
    OutputError
        For another kind or ending, and when the file cannot be written.
    """
    if to not in EXPORTS:
        raise OutputError("export.unknown", to=to, allowed=list(EXPORTS))
    target = Path(path)
    if not target.name:
        # "." has no name that could be told
        target = target.absolute()
    _check_ending(to, target)
    run = RunFolder.open(folder)
    _check_place(run, target)
    told = IssueTable()
    if to in _COPIES or (to == "html" and (choice is None or choice.plain)):
        _copy(run.file(_COPIES.get(to, "map.html")), target, overwrite=overwrite)
    elif to in MAP_EXPORTS:
        told = _map(run, to, choice or ExportChoice(), target, overwrite=overwrite)
    elif to in _LAYERED:
        told = _LAYERED[to](run, target, overwrite)
    else:
        told = _plots(run, to, target, plot_ids, stated, overwrite=overwrite)
    if issues is not None:
        issues.extend(told)
    return target


def _check_ending(to: str, target: Path) -> None:
    endings, name = _ENDINGS.get(to), target.name.lower()
    if endings and not name.endswith(endings):
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=list(endings))
    if to in _FOLDERS and not name.endswith(_FOLDERS[to]) and target.suffix.lower() in _OF_FILES:
        raise OutputError("export.no_folder_name", path=target.name, allowed=_FOLDERS[to])


def _check_place(run: RunFolder, target: Path) -> None:
    """Refuse to fill the run's own folder, or to replace a file of it."""
    own = run.folder.resolve()
    if target.resolve() in (own, *(own / name for name in OUTPUTS)):
        raise OutputError("export.own_folder", path=str(target))


def _copy(origin: Path, target: Path, *, overwrite: bool) -> None:
    with atomic_path(target, overwrite=overwrite) as tmp:
        shutil.copyfile(origin, tmp)


def _map(
    run: RunFolder, to: str, choice: ExportChoice, target: Path, *, overwrite: bool
) -> IssueTable:
    """Write the map with the slides and under the profile that are asked for."""
    document = read_page(run.file("map.html"))
    if choice.slides is not None:
        document = with_slides(document, read_slides(choice.slides, document=document))
    told = IssueTable()
    if choice.profile is not None:
        number = choice.review_number
        told = check_publication(document, choice.profile, review_number=number)
        document = publish(document, choice.profile, review_number=number)
    if to == "html":
        save_html(document, target, overwrite=overwrite)
    elif target.suffix.lower() == ".pptx":
        # they bring the typesetter with them, which nothing else needs
        from platforms.outputs.figures.pptx_slides import save_slides

        save_slides(document, target, overwrite=overwrite)
    else:
        from platforms.outputs.figures.plan_figure import save_figure

        save_figure(document, target, paper=choice.paper, overwrite=overwrite)
    return told


def _plots(
    run: RunFolder,
    to: str,
    target: Path,
    plot_ids: Sequence[str] | None,
    stated: Stated,
    *,
    overwrite: bool,
) -> IssueTable:
    survey = run.survey()
    if to == "certificate":
        save_certificate(survey, target, plot_ids=plot_ids, overwrite=overwrite)
        return IssueTable()
    frame = _only(survey.frame, plot_ids)
    if to == "shp":
        return write_shapefile(frame, target, overwrite=overwrite)
    frame.attrs["plane"] = survey.frame.attrs.get("plane")
    return write_boundary_file(frame, target, stated=stated, overwrite=overwrite)


def _geodatabase(run: RunFolder, target: Path, overwrite: bool) -> IssueTable:  # noqa: FBT001 one of a table
    layers = run.layers()
    write_geodatabase(
        {layer.name: (layer.frame, layer.kind, layer.titles) for layer in layers},
        target,
        titles={layer.name: layer.title for layer in layers},
        overwrite=overwrite,
    )
    return IssueTable()


def _kml(run: RunFolder, target: Path, overwrite: bool) -> IssueTable:  # noqa: FBT001 one of a table
    return write_kml(run.layers(), target, title=target.stem, overwrite=overwrite)


def _parquet(run: RunFolder, target: Path, overwrite: bool) -> IssueTable:  # noqa: FBT001 one of a table
    if target.suffix.lower() == ".parquet":
        frame = run.survey().frame
        with atomic_path(target, overwrite=overwrite) as tmp, tmp.open("wb") as file:
            frame.to_parquet(file, index=False)
        return IssueTable()
    with atomic_folder(target, overwrite=overwrite) as staging:
        write_layers(run.layers(), staging)
    return IssueTable()


def _package(run: RunFolder, target: Path, overwrite: bool) -> IssueTable:  # noqa: FBT001 one of a table
    write_package(run.folder, run.record, run.layers(), target, overwrite=overwrite)
    return IssueTable()


_LAYERED: dict[str, Callable[[RunFolder, Path, bool], IssueTable]] = {
    "gdb": _geodatabase,
    "kml": _kml,
    "parquet": _parquet,
    "package": _package,
}
EXPORTS = (*MAP_EXPORTS, *_COPIES, *_LAYERED, *PLOT_EXPORTS)
_ENDINGS = {
    "html": (".html", ".htm"),
    "xlsx": (".xlsx",),
    "gpkg": (".gpkg",),
    "txt": (".txt",),
    "gdb": (".gdb.zip",),
    "kml": (".kml",),
    "shp": (".zip",),
    "figure": (".png", ".svg", ".pdf", ".pptx"),
}
# a file of this ending, or else a folder; of these endings no folder is made
_FOLDERS = {"parquet": ".parquet", "package": ".zip"}
_OF_FILES = {
    ".7z", ".csv", ".gdb", ".geojson", ".gpkg", ".gz", ".html", ".json", ".kml", ".parquet",
    ".pdf", ".png", ".rar", ".shp", ".tar", ".tgz", ".txt", ".xls", ".xlsx", ".zip",
}  # fmt: skip


def _only(frame: gpd.GeoDataFrame, plot_ids: Sequence[str] | None) -> gpd.GeoDataFrame:
    """Return the plots named; those without a shape have no boundary points."""
    shaped = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if plot_ids is None:
        return shaped
    ids = shaped["plot_id"].astype(str)
    unknown = sorted(set(plot_ids) - set(ids))
    if unknown:
        raise InputError("certificate.unknown_plot", plots=unknown, some=list(ids[:5]))
    return shaped[ids.isin(list(plot_ids))]
