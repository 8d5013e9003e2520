"""Plots of a workspace in its store: taken from files, changed one by one, never lost.

Every version of a plot stays. What a file says again is no version; what it says otherwise is
one, with who, when and why. A change that was made on an older version is refused and told
field by field. An undo is a new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.geo.read import Plots, Source
from platforms.geo.topology import crossed
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.store.ledger.fields import reasoned, signed
from platforms.store.members.asking import allow_on
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
from platforms.store.plots.records import (
    OWN,
    Record,
    attributes_text,
    record,
    records_of,
    wkb_of,
)
from platforms.store.plots.taking import PlotsTaken, refuse_unsure, take_records
from platforms.store.plots.telling import SHAPE, conflict, fields_of, history_table
from platforms.store.plots.undoing import undo_moves
from platforms.store.plots.versions import Move, PlotAct
from platforms.store.turns import Writing

__all__ = ["StoredPlots"]

_NAMED = 5
_Turn = Callable[[], AbstractContextManager[sa.Connection]]


class StoredPlots:
    """The plots of a workspace; ``platforms.open_store(ws).plots``.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Open a connection to read with, and a transaction to write in.
    """

    def __init__(self, workspace: str, *, reading: _Turn, writing: Writing) -> None:
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    def __repr__(self) -> str:
        """Name the workspace."""
        return f"StoredPlots({self.workspace!r})"

    def __len__(self) -> int:
        """Count the plots of now."""
        return self.count()

    def take(
        self, plots: Plots | gpd.GeoDataFrame, *, by: str, why: str = "", whole: bool = False
    ) -> PlotsTaken:
        """Take plots in: what is new is added, what differs becomes a new version.

        Parameters
        ----------
        plots
            ``plot_id`` and polygons with a CRS, brought to EPSG:4490; other columns are kept
            as they are, empty cells and those that begin with ``store_`` are not.
        by, why
            Who does it, and why.
        whole
            These are all: plots of the store that are not among them are taken out.

        Returns
        -------
        taken
            What was done; its issues also name outlines that cross themselves, which are kept
            as they are, with the areas that each can have.

        Raises
        ------
        InputError
            When nobody is named, an id is missing or stands twice, also in the file that was
            read, there is no CRS, a shape is no polygon, or with ``whole`` a row of the file
            was set aside. Nothing is written then.
        StoreError
            When the store cannot be written to, or this person may not.
        """
        if isinstance(plots, Plots):
            refuse_unsure(plots, whole=whole)
        frame = plots.frame if isinstance(plots, Plots) else plots
        given, act = records_of(frame), PlotAct(signed(by), reasoned(why))
        with self._writing(act.who) as connection:
            taken = take_records(connection, self.workspace, given, act, whole=whole)
        taken.issues.extend(crossed(frame))
        return taken

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

    def change(
        self, plot_id: str, *, by: str, why: str = "", shape: shapely.Geometry | None = None,
        attributes: Mapping[str, object] | None = None, version: int | None = None,
    ) -> int:  # fmt: skip
        """Change a plot.

        Parameters
        ----------
        plot_id
            The plot.
        by, why
            Who changes it, and why.
        shape
            Its new shape, EPSG:4490; default as it is.
        attributes
            What becomes of columns; None takes a value away. Others stay.
        version
            The version that was looked at; None for whatever holds now.

        Returns
        -------
        version
            Of the plot as it is now; the same where nothing changed.

        Raises
        ------
        ConflictError
            When somebody else changed the plot meanwhile; ``fields["conflicts"]`` tells each
            field, of the shape its area.
        InputError
            When there is no such plot, or the shape is no polygon.
        """
        mine: dict[str, Any] = {**(attributes or {})}
        # as it will stand, so that what is the same is seen to be
        plain = fields_of(record(None, attributes_text(mine)))
        mine = {name: plain.get(name) for name in mine if name != SHAPE}
        if shape is not None:
            mine[SHAPE] = wkb_of(np.array([shape], dtype=object), [plot_id])[0]
        act = PlotAct(signed(by), reasoned(why))
        with self._writing(act.who) as connection:
            last = self._newest(connection, [plot_id])[plot_id]
            if version is not None and version != last["number"]:
                self._refuse(connection, plot_id, mine, version)
                return int(last["number"])
            new = _changed(last, mine)
            if new.sha256 == last["sha256"]:
                return int(last["number"])
            move = Move(plot_id, last["number"] + 1, "change", new)
            versions.write_moves(connection, self.workspace, [move], act)
        return move.number

    def remove(self, plot_ids: Sequence[str] | str, *, by: str, why: str = "") -> str:
        """Take plots out; their versions stay, and an undo brings them back.

        Returns
        -------
        act
            Its key.

        Raises
        ------
        InputError
            When nobody is named, or one is not there; then none is taken out.
        """
        keys = [plot_ids] if isinstance(plot_ids, str) else list(dict.fromkeys(plot_ids))
        act = PlotAct(signed(by), reasoned(why))
        with self._writing(act.who) as connection:
            last = self._newest(connection, keys)
            moves = [Move(key, last[key]["number"] + 1, "remove", None) for key in keys]
            versions.write_moves(connection, self.workspace, moves, act)
        return act.id

    def undo(self, act: str, *, by: str, why: str = "") -> int:
        """Take back what was done together; each plot is again as it was before.

        Returns
        -------
        moved
            How many plots changed.

        Raises
        ------
        ConflictError
            When one of the plots was changed since; nothing is written.
        InputError
            When there is no such act, or it is taken back already.
        """
        made = PlotAct(signed(by), reasoned(why), undoes=act)
        with self._writing(made.who) as connection:
            done = versions.act_versions(connection, self.workspace, act)
            if done:
                allow_on(connection, self.workspace, made.who, owner=done[0]["who"])
            moves = undo_moves(connection, self.workspace, act, done)
            versions.write_moves(connection, self.workspace, moves, made)
        return len(moves)

    def _newest(self, connection: sa.Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the newest versions of plots that are all there."""
        found = versions.newest(connection, self.workspace, keys)
        lost = [key for key in keys if key not in found or found[key]["sha256"] is None]
        if lost:
            raise InputError("plots.unknown", names=lost[:_NAMED], count=len(lost))
        return found

    def _refuse(
        self, connection: sa.Connection, plot_id: str, mine: Mapping[str, Any], version: int
    ) -> None:
        """Refuse a change made on an older version, unless what it wants holds already."""
        rows = versions.versions_of(connection, self.workspace, plot_id)
        base = next((row for row in rows if row["number"] == version), None)
        later = [row for row in rows if base is None or row["number"] > version]
        found = conflict(plot_id, mine, base, later)
        if found:
            who = list(dict.fromkeys(row["who"] for row in found if row["who"]))
            raise ConflictError("plots.conflict", plot=plot_id, who=who, conflicts=found)


def _changed(last: Mapping[str, Any], mine: Mapping[str, Any]) -> Record:
    held = Record(last["wkb"], last["attributes"], last["sha256"])
    now = {name: value for name, value in fields_of(held).items() if name != SHAPE}
    now |= {name: value for name, value in mine.items() if name != SHAPE}
    return record(mine.get(SHAPE, held.wkb), attributes_text(now))
