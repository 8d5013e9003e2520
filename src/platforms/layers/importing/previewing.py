"""From a file to the preview of its import: read, map, fill, look up, judge.

Nothing is written here. A row is in one place only: it fits, the layer has it already, or it is
set aside with its reasons.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from platforms.errors import InputError
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read_tables import read_tables
from platforms.issues import IssueTable
from platforms.layers.cards import Card
from platforms.layers.firm_identity import name_key
from platforms.layers.importing.describing import described, tell_open, tell_table
from platforms.layers.importing.filling import ImportWords, fill
from platforms.layers.importing.finding import find_table
from platforms.layers.importing.matching import Match, match_header, name_heads
from platforms.layers.importing.memory import (
    Remembered,
    is_shipped,
    known_mappings,
    mapping_of,
    signature,
)
from platforms.layers.importing.preview import ImportChoice, ImportPreview
from platforms.layers.importing.row_work import RowWork

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["preview_import"]


def preview_import(
    path: str | os.PathLike[str] | Upload,
    workspace: Workspace,
    layer: str,
    choice: ImportChoice | None = None,
) -> ImportPreview:
    """Look at a file as an import into a layer; nothing is written.

    Parameters
    ----------
    path
        Excel, CSV, Word (.docx), a web page (.html), or the attributes of a map file.
    workspace
        The city.
    layer
        A layer whose rows stand in a CSV.
    choice
        What the user says about the file.

    Returns
    -------
    preview
        What would be written, what is open and what does not fit.

    Raises
    ------
    FormatError, LimitError
        When the file cannot be read.
    InputError
        When no header of the layer is found, the layer has no table, or the user's words name
        what is not there.
    WorkspaceError
        When the layer is unknown, or a table that it refers to is wrong.
    """
    choice = choice or ImportChoice()
    card = _importable(workspace, layer)
    _known_words(card, choice)
    grids = read_tables(path, layer=choice.table, encoding=choice.encoding)
    file = grids.source.name
    known = known_mappings(workspace.layers_dir, layer) if choice.remembered else ()
    also = {*choice.columns, *(name for one in known for name in one.columns)}
    table = None if grids.mapped else choice.table
    found = find_table(grids, path, card, named=table, also=also)
    names = name_heads(found.heads)
    remembered = mapping_of(known, names)
    given = _in_file(choice.columns, names, file)
    before = remembered.columns if remembered else None
    matches, doubled = match_header(
        found.heads, card, given=given, remembered=before, cut=found.cut
    )
    words = _words(choice, remembered)
    _in_file(choice.units, names, file)
    filled = fill(card, found, matches, words, file)
    rows = RowWork(card, workspace, choice, found, filled, file)
    rows.run(doubled)
    issues = IssueTable(grids.issues)
    if is_shipped(workspace.layers_dir):
        issues.add("import_shipped", "warning", file=workspace.name)
    if remembered is not None:
        issues.add("import_remembered", "info", file=file)
    tell_table(found, issues, file, chosen=choice.table is not None)
    issues.extend(filled.issues)
    tell_open(card, matches, filled, issues, file, doubled)
    rows.tell_rows(issues)
    return ImportPreview(
        layer=layer,
        card=card,
        source=grids.source,
        table=found.name,
        others=tuple(found.others),
        columns=tuple(described(card, found, matches, filled)),
        frame=rows.frame(),
        set_aside=rows.set_aside(names),
        same=len(rows.same),
        ids=rows.ids(),
        places=pd.DataFrame(rows.places, dtype="str"),
        replace=choice.replace,
        issues=issues,
        mapping=_mapping(names, matches, words, choice, remembered),
        workspace=workspace,
    )


def _importable(workspace: Workspace, layer: str) -> Card:
    card = workspace.card(layer)
    if card.geometry not in {"none", "place", "point"} or not card.file.endswith(".csv"):
        known = sorted(n for n, c in workspace.cards.items() if c.file.endswith(".csv"))
        raise InputError("importing.layer_not_table", layer=layer, known=known)
    return card


def _known_words(card: Card, choice: ImportChoice) -> None:
    """Refuse columns of the card that it does not have."""
    named = [*filter(None, choice.columns.values()), *choice.words, *choice.fixed]
    known = [column.name for column in card.columns]
    for name in named:
        if name not in known:
            raise InputError("importing.no_target", layer=card.layer, name=name, known=known)


def _in_file(told: Mapping[str, str], names: Sequence[str], file: str) -> dict[str, str]:
    """Return what is told of columns of the file; refuse one that it does not have."""
    by_key = {name_key(name): name for name in names}
    for name in told:
        if name_key(name) not in by_key:
            shown = [n for n in names if n]
            raise InputError("importing.no_source", file=file, name=name, known=shown)
    return {by_key[name_key(name)]: value for name, value in told.items()}


def _words(choice: ImportChoice, remembered: Remembered | None) -> ImportWords:
    before = remembered or Remembered(signature="0" * 16, header=())
    meant = {name: dict(words) for name, words in before.words.items()}
    for name, words in choice.words.items():
        meant[name] = {**meant.get(name, {}), **words}
    return ImportWords(
        units={**before.units, **choice.units},
        words=meant,
        fixed={**before.fixed, **choice.fixed},
    )


def _mapping(
    names: Sequence[str],
    matches: Sequence[Match],
    words: ImportWords,
    choice: ImportChoice,
    remembered: Remembered | None,
) -> Remembered:
    """Return how the header is read: what people said, not what is known anyway."""
    told = dict(remembered.columns) if remembered else {}
    given = {name_key(name) for name in choice.columns}
    told |= {m.source: m.target for m in matches if m.source and name_key(m.source) in given}
    return Remembered(
        signature=signature(names),
        header=tuple(name for name in names if name),
        columns=told,
        units=dict(words.units),
        words={name: dict(one) for name, one in words.words.items()},
        fixed=dict(words.fixed),
    )
