"""The plots of a workspace as its store has them, now or then; nobody changes them here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from platforms.errors import InputError
from platforms.geo.read import Plots, Source
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.store.plots import versions
from platforms.store.plots.looking import (
    Box,
    acts_table,
    counted,
    each_plot,
    plots_digest,
    plots_now,
    plots_then,
)
from platforms.store.plots.records import OWN
from platforms.store.plots.telling import history_table
from platforms.store.turns import Writing

__all__ = ["PlotsReading"]

_Turn = Callable[[], AbstractContextManager[sa.Connection]]


class PlotsReading:
    """The part of :class:`platforms.StoredPlots` that is read.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Transactions of the store.
    """

    def __init__(self, workspace: str, *, reading: _Turn, writing: Writing) -> None:
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    def __len__(self) -> int:
        """Count the plots of now."""
        return self.count()

    def frame(
        self, *, at: dt.datetime | None = None, bbox: Box | None = None, limit: int | None = None
    ) -> gpd.GeoDataFrame:
        """Return the plots.

        Parameters
        ----------
        at
            As they were at this moment, which names its time zone; default now.
        bbox
            Only plots whose boxes reach this one: west, south, east, north in degrees.
        limit
            At most so many.

        Returns
        -------
        plots
            EPSG:4490; ``plot_id``, the columns that were taken in, ``store_version``,
            ``store_by``, ``store_at`` (UTC), ``geometry`` with every coordinate as it came.

        Raises
        ------
        InputError
            When the moment has no time zone.
        """
        if at is not None and at.tzinfo is None:
            raise InputError("plots.no_zone", at=at.isoformat())
        with self._reading() as connection:
            if not versions.has_plots(connection):
                return gpd.GeoDataFrame({"plot_id": []}, geometry=[], crs="EPSG:4490")
            if at is not None:
                return plots_then(connection, self.workspace, at, bbox, limit)
            return plots_now(connection, self.workspace, bbox, limit)

    def count(self, *, bbox: Box | None = None) -> int:
        """Return how many plots there are now, or whose boxes reach this one."""
        with self._reading() as connection:
            there = versions.has_plots(connection)
            return counted(connection, self.workspace, bbox) if there else 0

    def read(self, workspace: Workspace) -> Plots:
        """Return the plots of now as :func:`platforms.read_plots` gives those of a file.

        Parameters
        ----------
        workspace
            Gives the plane to measure in.

        Raises
        ------
        InputError
            When the store has no plot.
        """
        with self._reading() as connection:
            if not versions.has_plots(connection) or not counted(connection, self.workspace, None):
                raise InputError("plots.none", workspace=self.workspace)
            frame = plots_now(connection, self.workspace, None, None)
            sha256 = plots_digest(connection, self.workspace)
        source = Source(
            name="store:", driver="store", layer="plot", encoding="UTF-8",
            encoding_basis="format", crs="EPSG:4490", crs_basis="format", features=len(frame),
            sha256=sha256, plane=workspace.plan.crs,
        )  # fmt: skip
        own = [name for name in frame.columns if str(name).startswith(OWN)]
        return Plots(frame=frame.drop(columns=own), issues=IssueTable(), source=source)

    def each(self, take: Callable[[Sequence[Any]], None], *, size: int) -> str:
        """Hand over all plots of one moment, in the order they came, never all at once.

        Parameters
        ----------
        take
            Called with rows of ``plot_id``, ``shape`` (WKB) and ``attributes`` (JSON).
        size
            So many at a time.

        Returns
        -------
        sha256
            Digest of what :meth:`read` gives, hexadecimal.

        Raises
        ------
        InputError
            When the store is of a time that knew no plots, and can only be read.
        """
        with self._reading() as connection:
            if not versions.has_plots(connection):
                raise InputError("plots.none", workspace=self.workspace)
            for rows in each_plot(connection, self.workspace, size):
                take(rows)
            return plots_digest(connection, self.workspace)

    def history(self, plot_id: str) -> pd.DataFrame:
        """Return what became of a plot, the oldest first, a row for each field that changed.

        Returns
        -------
        history
            ``at`` (UTC), ``plot_id``, ``what`` (add, change, remove, undo), ``who``, ``field``,
            ``was``, ``became`` (of the shape its area in m²), ``why``, ``version``, ``act``,
            ``undoes``.

        Raises
        ------
        InputError
            When the store never had the plot.
        """
        with self._reading() as connection:
            there = versions.has_plots(connection)
            rows = versions.versions_of(connection, self.workspace, plot_id) if there else []
        if not rows:
            raise InputError("plots.unknown", names=[plot_id], count=1)
        return history_table(rows)

    def acts(self, *, limit: int | None = None) -> pd.DataFrame:
        """Return what was done together, the newest first.

        Returns
        -------
        acts
            ``act``, ``at`` (UTC), ``what``, ``who``, ``why``, ``plots`` (how many), ``undoes``;
            what did several things has a row for each.
        """
        with self._reading() as connection:
            if not versions.has_plots(connection):
                return pd.DataFrame(columns=["act", "at", "what", "who", "why", "plots", "undoes"])
            return acts_table(connection, self.workspace, limit)
