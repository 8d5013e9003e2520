"""Faults that no single card can see: what two rows, or a table and the plan, contradict.

Two places of one name in one town, a code of another county, an indicator that is given in two
units, a row of a document that its table does not have, a town beside another town's id: each is
named with its file and row, counted as a spreadsheet counts them. What may be right all the same
is told as a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from platforms import messages
from platforms.layers.documents.citing import cited
from platforms.layers.documents.coverage import document_faults, figure_faults
from platforms.layers.making.codes import county_code, holds
from platforms.layers.workspace import Workspace

__all__ = ["DataFault", "data_faults"]

_TOWN = re.compile(r"[镇乡]$|街道$")
_SEVERAL = re.compile(r"[、，,;；]")


@dataclass(frozen=True)
class DataFault:
    """A fault of a workspace's data.

    Attributes
    ----------
    layer
        The layer.
    file
        Its file.
    message
        What is wrong and where, in the language in which it was found.
    row
        Row of the table, its header being row 1; None where the message names it, or none has.
    doubt
        Whether it is to be looked at rather than wrong.
    """

    layer: str
    file: str
    message: str
    row: int | None = None
    doubt: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the fault for JSON."""
        return {"file": self.file, "row": self.row, "message": self.message}


def data_faults(workspace: Workspace, *, readable: Collection[str]) -> Iterator[DataFault]:
    """Yield what rows contradict.

    Parameters
    ----------
    workspace
        The city.
    readable
        Names of the layers that can be read; others are left out.
    """
    if "county" in readable:
        yield from _other_counties(workspace)
    if "gazetteer" in readable:
        yield from _same_places(workspace)
    if "targets" in readable:
        yield from _two_units(workspace)
    for layer in readable:
        card = workspace.card(layer)
        if card.column("period_start") is not None and card.column("period_end") is not None:
            yield from _turned_periods(workspace, layer)
        if "towns" in readable and card.column("town") and card.column("town_id"):
            yield from _other_towns(workspace, layer)
    yield from _without_section(workspace, readable)
    for one in document_faults(workspace, readable=readable):
        yield DataFault(one.layer or "document_tables", one.file, one.message(), one.line)
    for one in figure_faults(workspace, readable=readable):
        yield DataFault(one.layer, one.file, one.message(), one.line, doubt=True)


def _other_counties(workspace: Workspace) -> Iterator[DataFault]:
    frame = workspace.table("county")
    own = workspace.plan.county_code
    for row, value in enumerate(frame.get("adcode", [])):
        code = county_code(value)
        if code is not None and not holds(own, code):
            yield _fault(workspace, "county", row, "code_other", code=code, own=own)


def _same_places(workspace: Workspace) -> Iterator[DataFault]:
    frame = workspace.table("gazetteer")
    keys = [name for name in ("name", "type", "town") if name in frame]
    if "name" not in keys:
        return
    told = frame[keys].fillna("")
    twice = told["name"].ne("") & told.duplicated(keys)
    for row in np.flatnonzero(twice):
        same = (told == told.iloc[row]).all(axis=1)
        first = int(np.flatnonzero(same)[0]) + 2
        name = told["name"].iloc[row]
        yield _fault(workspace, "gazetteer", int(row), "place_twice", name=name, first=first)


def _two_units(workspace: Workspace) -> Iterator[DataFault]:
    frame = workspace.table("targets")
    keys = [name for name in ("doc", "indicator") if name in frame]
    if "unit" not in frame or "indicator" not in keys:
        return
    known = frame[frame["unit"].notna()]
    units: dict[tuple[object, ...], tuple[int, str]] = {}
    for row, record in zip(known.index, known.to_dict("records"), strict=True):
        key = tuple(None if pd.isna(record[name]) else record[name] for name in keys)
        first, unit = units.setdefault(key, (int(row) + 2, str(record["unit"])))
        if unit != record["unit"]:
            told = {"indicator": record["indicator"], "unit": record["unit"], "other": unit}
            yield _fault(workspace, "targets", int(row), "two_units", first=first, **told)


def _without_section(workspace: Workspace, readable: Collection[str]) -> Iterator[DataFault]:
    """Yield the rows with words of a document that do not say where they stand in it."""
    for place in cited(workspace, layers=set(readable)):
        if place.doc and not place.section and place.layer and place.words:
            file = workspace.path(place.layer).name
            yield _told(place.layer, file, place.line, "no_section", doubt=True, doc=place.doc)


def _turned_periods(workspace: Workspace, layer: str) -> Iterator[DataFault]:
    frame = workspace.table(layer)
    turned = (frame["period_end"] < frame["period_start"]).fillna(value=False).astype(bool)
    for row in np.flatnonzero(turned):
        first, last = (int(frame[f"period_{end}"].iloc[row]) for end in ("start", "end"))
        yield _fault(workspace, layer, int(row), "period_turned", start=first, end=last)


def _other_towns(workspace: Workspace, layer: str) -> Iterator[DataFault]:
    """Yield the rows whose town is another's by its id, or none of the county."""
    towns = workspace.table("towns")
    names = dict(zip(towns["town_id"], towns["name"], strict=True))
    frame = workspace.table(layer)
    for row, (town, town_id) in enumerate(zip(frame["town"], frame["town_id"], strict=True)):
        if pd.isna(town) or layer == "gazetteer":
            continue
        own = names.get(town_id)
        if own is not None and town in names.values() and town != own:
            yield _fault(workspace, layer, row, "town_other", town=town, own=own)
        if own is None and pd.isna(town_id):
            parts = (part.strip() for part in _SEVERAL.split(str(town)))
            strange = [one for one in parts if _TOWN.search(one) and one not in names.values()]
            if strange and names:
                file = workspace.path(layer).name
                yield _told(layer, file, row + 2, "town_none", doubt=True, town=strange)


def _fault(workspace: Workspace, layer: str, row: int, entry: str, **fields: object) -> DataFault:
    return _told(layer, workspace.path(layer).name, row + 2, entry, doubt=False, **fields)


def _told(
    layer: str, file: str, row: int, entry: str, *, doubt: bool, **fields: object
) -> DataFault:
    message = messages.text(f"city.fault.{entry}", None, file=file, row=row, **fields)
    return DataFault(layer, file, message, row, doubt=doubt)
