"""The folder of a run that was written before: its record, its files, its plots and layers."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from platforms.errors import FormatError, InputError
from platforms.geo.driver_path import driver_path
from platforms.geo.folder_change import broken_off
from platforms.geo.ingest.expected import refuse_unexpected
from platforms.geo.read import Source
from platforms.issues import Issue, IssueTable
from platforms.outputs.desktop.run_layers import RunLayer, run_layers, untouched
from platforms.outputs.run_place import MANIFEST
from platforms.planning.survey import Survey

__all__ = ["RunFolder"]


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
            When the folder holds no run, or files of two since replacing was broken off.
        """
        place = Path(folder)
        if broken_off(place, MANIFEST):
            raise InputError("export.broken_off", folder=str(folder))
        try:
            record = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
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

    def layers(self) -> list[RunLayer]:
        """Return every layer and table of plan.gpkg with its titles.

        Raises
        ------
        InputError
            When plan.gpkg is gone or cannot be read.
        """
        import pyogrio

        path = self.file("plan.gpkg")
        try:
            refuse_unexpected(path)
            return run_layers(path)
        except (
            FormatError, sqlite3.Error, pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
        ):  # fmt: skip
            raise InputError("export.no_plots", folder=str(self.folder)) from None

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
        untouched()
        try:
            refuse_unexpected(path)
            frame = pyogrio.read_dataframe(driver_path(path), layer="plots")
            faults = pyogrio.read_dataframe(driver_path(path), layer="issues")
        except (
            FormatError,
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            ValueError,
        ):
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
