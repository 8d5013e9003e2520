"""Plots of a workspace in its store: taken from files, changed one by one, never lost.

Every version of a plot stays. What a file says again is no version; what it says otherwise is
one, with who, when and why. A change that was made on an older version is refused and told
field by field. An undo is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.geo.read import Plots
from platforms.geo.topology import crossed
from platforms.store.ledger.fields import reasoned, signed
from platforms.store.members.asking import allow_on
from platforms.store.plots import versions
from platforms.store.plots.reading import PlotsReading
from platforms.store.plots.records import (
    Record,
    attributes_text,
    record,
    records_of,
    wkb_of,
)
from platforms.store.plots.taking import PlotsTaken, refuse_unsure, take_records
from platforms.store.plots.telling import SHAPE, conflict, fields_of
from platforms.store.plots.undoing import undo_moves
from platforms.store.plots.versions import Move, PlotAct

__all__ = ["StoredPlots"]

_NAMED = 5


class StoredPlots(PlotsReading):
    """The plots of a workspace; ``platforms.open_store(ws).plots``.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Open a connection to read with, and a transaction to write in.
    """

    def __repr__(self) -> str:
        """Name the workspace."""
        return f"StoredPlots({self.workspace!r})"

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
