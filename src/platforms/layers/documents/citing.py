"""What cites documents: each row of a table and each clause of a rule, with its place.

A row says in ``doc`` which document it is from; of several, joined by semicolons, section and
row are those of the last. A row that sets two passages side by side has ``doc_a`` and ``doc_b``.
The cell ``mentions`` names further places. Rules, parameters and
methods cite in YAML, beside the layers and in the files that hold in the whole country.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from platforms.layers.cards import Card
from platforms.layers.national import national_layers
from platforms.layers.workspace import Workspace
from platforms.layers.yaml_file import YamlFile, read_yaml

__all__ = [
    "ABOUT_DOCUMENTS",
    "WORD_COLUMNS",
    "Cited",
    "cell_text",
    "cited",
    "is_words",
    "mentions",
    "shown_path",
    "written_files",
]

WORD_COLUMNS = ("text", "quote", "content")
# these layers speak of the documents themselves and cite nothing
ABOUT_DOCUMENTS = frozenset({"passages", "document_tables"})
_SIDES = ("", "_a", "_b")
_NAMES = ("name", "named", "indicator", "subject")
_ROWS = re.compile(r"[、,，;；]")
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]$")
# a town or area before a name of at least four signs
_AREA = re.compile(r".{1,5}?(?:港区|街道|镇|乡|市|县|区)(?=.{4})")


@dataclass(frozen=True)
class Cited:
    """One place in a document that data cite.

    Attributes
    ----------
    file, line
        File of the workspace, as ``layers/<city>/targets.csv``, and the row there (the heading
        is row 1) or, in YAML, the line.
    layer, feature
        The layer, empty for YAML, and the id of the row or rule.
    doc, section, row, page
        The place; what is not known is empty.
    names
        What the row is called.
    words
        Words that the row keeps of the place: the title of the column, and the words.
    also
        Further places of the document that the row names, and may have its words from: section
        and row.
    """

    file: str
    line: int
    layer: str
    feature: str
    doc: str
    section: str = ""
    row: str = ""
    page: str = ""
    names: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()


def is_words(column: str) -> bool:
    """Say whether a column holds words of a document as written."""
    return column in WORD_COLUMNS or column.endswith("_text")


def cell_text(value: object) -> str:
    """Return a cell as text; several values are joined by semicolons, a missing one is empty."""
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    missing = value is None or value is pd.NA or value is pd.NaT
    missing = missing or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value).strip()


def cited(workspace: Workspace, *, layers: Collection[str] | None = None) -> list[Cited]:
    """Return every place that the data of a workspace cite, tables first.

    Parameters
    ----------
    workspace
        The city.
    layers
        The layers that are looked at; default all.

    Raises
    ------
    TableError
        For a table that breaks its card.
    CardError
        For a YAML file that cannot be read.
    """
    found: list[Cited] = []
    for layer, card in workspace.cards.items():
        if layers is not None and layer not in layers:
            continue
        for side in _SIDES if layer not in ABOUT_DOCUMENTS else ():
            if card.column(f"doc{side}") is not None:
                found += _rows(workspace, card, side)
    for path, shown in written_files(workspace):
        found += _clauses(read_yaml(path), shown)
    return found


def written_files(workspace: Workspace) -> list[tuple[Path, str]]:
    """Return the YAML files with rules, parameters and methods: own, then of the whole country.

    Returns
    -------
    files
        Each with the name that its users read, ``layers/<city>/policy/rules.yaml``.
    """
    national = national_layers()
    own = [(path, shown_path(workspace, path)) for path in sorted(_written(workspace.layers_dir))]
    return own + [
        (path, f"layers/national/{_inside(national, path)}") for path in sorted(_written(national))
    ]


def shown_path(workspace: Workspace, file: Path) -> str:
    """Return a file of a workspace as its users name it: ``layers/<city>/targets.csv``."""
    for name, folder in (("layers", workspace.layers_dir), ("geo", workspace.geo_dir)):
        if file.is_relative_to(folder):
            city = f"{folder.name}/" if folder.parent.name == name else ""
            return f"{name}/{city}{_inside(folder, file)}"
    return file.name


def mentions(value: object) -> list[dict[str, str]]:
    """Return the places of a cell ``doc:section:row;…``; the row may be missing.

    Returns
    -------
    places
        Mappings with ``doc``, ``section`` and ``row``, texts.
    """
    places = []
    for part in cell_text(value).split(";"):
        doc, _, rest = part.strip().partition(":")
        section, _, row = rest.partition(":")
        if doc and section:
            places.append({"doc": doc, "section": section, "row": row})
    return places


def _inside(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _rows(workspace: Workspace, card: Card, side: str) -> Iterator[Cited]:
    """Yield the places that a table cites, of rows with two passages those of one side."""
    path = workspace.path(card.layer)
    file = shown_path(workspace, path)
    titles = {column.name: str(column.title) for column in card.columns}
    # features of a geometry are counted from one, rows below a heading from two
    first = 2 if path.suffix == ".csv" else 1
    for number, record in enumerate(workspace.table(card.layer).to_dict("records")):
        cells = {str(name): cell_text(value) for name, value in record.items() if name in titles}
        known = () if side else _called(cells)
        here = file, number + first, card.layer, cells.get(str(card.key), "")
        docs = [one.strip() for one in cells[f"doc{side}"].split(";") if one.strip()]
        for doc in docs[:-1]:
            yield Cited(*here, doc, names=known)
        words = tuple(
            (titles[name], text)
            for name, text in cells.items()
            if text and name.endswith(side) and is_words(name.removesuffix(side))
        )
        section, row, page = (cells.get(f"{n}{side}", "") for n in ("section", "row", "page"))
        named = [tuple(one.values()) for one in mentions(cells.get("mentions"))]
        for doc in docs[-1:]:
            also = tuple((section, row) for at, section, row in named if at == doc)
            yield Cited(*here, doc, section, row, page, known, words, also)
        own = {(doc, section, row) for doc in docs[-1:]}
        for doc, section, row in dict.fromkeys(named):
            if (doc, section, row) not in own:
                yield Cited(*here, doc, section, row, "", known)


def _called(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a row is called, also without an area before and brackets behind its name."""
    names = [cells.get(name, "") for name in _NAMES] + cells.get("aliases", "").split(";")
    short = [name[found.end() :] for name in names if (found := _AREA.match(name))]
    plain = [_BRACKETS.sub("", name) for name in names]
    return tuple(dict.fromkeys(name for name in [*names, *short, *plain] if name))


def _written(folder: Path) -> Iterator[Path]:
    """Yield the YAML files of the folders within a folder: beside the layers stand their cards."""
    return (path for path in folder.rglob("*.yaml") if path.parent != folder)


def _clauses(file: YamlFile, shown: str) -> Iterator[Cited]:
    """Yield the places that a YAML file cites, wherever they stand in it."""
    waiting: list[tuple[object, tuple[str | int, ...], str, str]] = [(file.data, (), "", "")]
    while waiting:
        value, loc, doc, feature = waiting.pop()
        if isinstance(value, Mapping):
            doc = cell_text(value.get("document")) or doc
            feature = cell_text(value.get("id") or value.get("pack")) or feature
            yield from _clause(value, doc, (shown, file.line(loc), "", feature))
            waiting += [(inner, (*loc, str(k)), doc, feature) for k, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, (*loc, n), doc, feature) for n, inner in enumerate(value)]


def _clause(
    value: Mapping[str, object], doc: str, here: tuple[str, int, str, str]
) -> Iterator[Cited]:
    """Yield the places of one mapping, if it is a source or a clause."""
    quote = cell_text(value.get("quote"))
    words = (("", quote),) if quote else ()
    if isinstance(value.get("clause"), str):
        yield Cited(*here, doc, cell_text(value["clause"]), words=words)
    elif "section" in value:
        doc = cell_text(value.get("doc")) or doc
        place = cell_text(value["section"]) + cell_text(value.get("item"))
        for row in _ROWS.split(cell_text(value.get("row"))):
            yield Cited(*here, doc, place, row, cell_text(value.get("page")), words=words)
