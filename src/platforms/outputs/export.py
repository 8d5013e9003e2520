"""What a run's folder gives away: its own files again, boundary points, certificates.

Nothing is computed anew: areas are those that the run printed, faults those that it found,
and the source is the file that the run was given.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from platforms.errors import InputError, OutputError
from platforms.geo.read import Source
from platforms.geo.write import atomic_path
from platforms.issues import Issue, IssueTable
from platforms.outputs.certificates.certificate import save_certificate
from platforms.outputs.plots_file import Stated, write_boundary_file
from platforms.planning.survey import Survey

__all__ = ["EXPORTS", "RunFolder", "export_run"]

# what the run has written already, by kind
_COPIES = {"html": "map.html", "xlsx": "ledger.xlsx", "gpkg": "plan.gpkg"}
EXPORTS = (*_COPIES, "txt", "certificate")


@dataclass(frozen=True)
class RunFolder:
    """A folder that ``platforms run`` wrote.

    Attributes
    ----------
    folder
        Where it is.
    record
        What its run.json holds.
    """

    folder: Path
    record: Mapping[str, Any]

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> RunFolder:
        """Open a run's folder.

        Raises
        ------
        InputError
            When the folder holds no run.
        """
        place = Path(folder)
        try:
            record = json.loads((place / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise InputError("export.not_a_run", folder=str(folder)) from None
        if not isinstance(record, dict) or not isinstance(record.get("input"), dict):
            raise InputError("export.not_a_run", folder=str(folder))
        return cls(place, record)

    def file(self, name: str) -> Path:
        """Return one of the run's files.

        Raises
        ------
        InputError
            When it is gone.
        """
        path = self.folder / name
        if not path.is_file():
            raise InputError("export.missing", folder=str(self.folder), file=name)
        return path

    def survey(self) -> Survey:
        """Return the plots as the run measured them.

        Returns
        -------
        survey
            Frame in EPSG:4490 with every column of the run, its faults and its source.

        Raises
        ------
        InputError
            When plan.gpkg is gone or holds no plots.
        """
        import pyogrio

        path = self.file("plan.gpkg")
        try:
            frame = gpd.read_file(path, layer="plots")
            faults = pd.DataFrame(gpd.read_file(path, layer="issues"))
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError):
            raise InputError("export.no_plots", folder=str(self.folder)) from None
        given = self.record["input"]
        plane = str(given.get("plane") or "")
        if plane:
            frame.attrs["plane"] = plane
        source = Source(
            name=str(given.get("name", "")),
            driver=str(given.get("driver", "")),
            layer=None,
            encoding="UTF-8",
            encoding_basis="format",
            crs=str(given.get("crs", "")),
            crs_basis=str(given.get("crs_basis") or "unrecorded"),
            features=int(given.get("features", len(frame))),
            sha256=str(given.get("sha256", "")),
            plane=plane,
            parameters=str(given.get("parameters") or ""),
            parameters_rms_m=given.get("parameters_rms_m"),
        )
        frame.attrs["certified"] = bool(given.get("certified", True))
        overlap = float(self.record.get("overlap_m2") or 0)
        return Survey(frame, _issues(faults), source, overlap)


def export_run(
    folder: str | os.PathLike[str],
    to: str,
    path: str | os.PathLike[str],
    *,
    plot_ids: Sequence[str] | None = None,
    stated: Stated = "planar_m2",
    overwrite: bool = False,
    issues: IssueTable | None = None,
) -> Path:
    """Export something of a run that was written before.

    Parameters
    ----------
    folder
        What ``platforms run -o`` wrote.
    to
        ``html``, ``xlsx``, ``gpkg``: the run's own file, unchanged. ``txt``: national
        boundary-point file. ``certificate``: area certificates as ``.html`` or ``.pdf``.
    path
        The file to make.
    plot_ids
        For ``txt`` and ``certificate``: these plots only.
    stated
        The area that ``txt`` states.
    overwrite
        Replace a file that is there.
    issues
        Table to which is added which area a ``txt`` states.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    InputError
        When the folder holds no run or no such plot.
    OutputError
        For another kind, and when the file cannot be written.
    """
    if to not in EXPORTS:
        raise OutputError("export.unknown", to=to, allowed=list(EXPORTS))
    target = Path(path)
    run = RunFolder.open(folder)
    if to in _COPIES:
        origin = run.file(_COPIES[to])
        with atomic_path(target, overwrite=overwrite) as tmp:
            shutil.copyfile(origin, tmp)
        return target
    survey = run.survey()
    if to == "certificate":
        save_certificate(survey, target, plot_ids=plot_ids, overwrite=overwrite)
        return target
    frame = _only(survey.frame, plot_ids)
    frame.attrs["plane"] = survey.frame.attrs.get("plane")
    told = write_boundary_file(frame, target, stated=stated, overwrite=overwrite)
    if issues is not None:
        issues.extend(told)
    return target


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


def _issues(faults: pd.DataFrame) -> IssueTable:
    """Return the faults that a run kept, in the words in which it kept them."""
    table = IssueTable()
    for row in faults.to_dict("records"):
        feature = row.get("feature")
        named = None if feature is None or feature != feature else str(feature)  # noqa: PLR0124 nan
        told = {name: str(row.get(name) or "") for name in ("kind", "message", "action")}
        severity = row.get("severity")
        table.extend(
            [
                Issue(
                    "recorded",
                    severity if severity in {"info", "warning", "error"} else "info",
                    feature=named,
                    values=told,
                )
            ]
        )
    return table
