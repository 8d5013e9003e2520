"""An import that was looked at, written: the layer's table, new places, what was set aside.

The tables are made beside the workspace and read there as the workspace will be read, with every
layer that refers to them, before the first of them takes its place. Rows that were there keep
their bytes where rows are added. What is set aside becomes a file of its own, from which it can
be put right and imported again.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from platforms.errors import InputError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.write import atomic_path
from platforms.layers.importing.memory import is_shipped, remember
from platforms.layers.importing.preview import ImportPreview

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["ImportResult", "apply_import", "save_set_aside"]

_GAZETTEER = "gazetteer"
# what a spreadsheet would take for a formula
_ACTIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


@dataclass(frozen=True)
class ImportResult:
    """What an import wrote.

    Attributes
    ----------
    layer
        The layer.
    written, same, set_aside, places
        Rows written, there already, set aside, and new places.
    files
        The files written.
    """

    layer: str
    written: int
    same: int
    set_aside: int
    places: int
    files: tuple[Path, ...]


def apply_import(
    preview: ImportPreview,
    *,
    save_mapping: bool = True,
    set_aside: str | os.PathLike[str] | None = None,
) -> ImportResult:
    """Write what a preview shows.

    Parameters
    ----------
    preview
        Of :func:`platforms.preview_import`.
    save_mapping
        Remember how the header is read, where the user said anything about it.
    set_aside
        Where to write the rows that do not fit; default
        ``layers/imports/<layer>.set_aside.csv`` of the workspace. No file without such rows.

    Returns
    -------
    result
        Counts and files.

    Raises
    ------
    InputError
        When a column is open, or nothing is there to be written; when the layer's file lacks
        a column of its card; when the city is one of those that come with the product.
    TableError
        When the workspace could not be read with the new rows; nothing is written then.
    OutputError
        When a file cannot be written.
    """
    if not preview.ready:
        first = next((i for i in preview.issues if i.severity == "error"), None)
        said = "" if first is None else f"{first.message()}{first.action()}"
        raise InputError("importing.not_ready", file=preview.source.name, message=said)
    workspace = preview.workspace
    if is_shipped(workspace.layers_dir):
        raise InputError("importing.shipped", workspace=workspace.name)
    texts = {preview.layer: _layer_text(preview)} if len(preview.frame) else {}
    if len(preview.places):
        texts[_GAZETTEER] = _added(workspace.path(_GAZETTEER), preview.places)
    _check(workspace, texts)
    # places first: a place that nothing names does no harm
    order = sorted(texts, key=lambda name: name != _GAZETTEER)
    files = [_written(workspace.path(layer), texts[layer]) for layer in order]
    if len(preview.set_aside):
        default = workspace.layers_dir / "imports" / f"{preview.layer}.set_aside.csv"
        files.append(save_set_aside(preview, default if set_aside is None else set_aside))
    told = preview.mapping
    if save_mapping and (told.columns or told.units or told.words or told.fixed):
        files.append(remember(workspace.layers_dir, preview.layer, told))
    return ImportResult(
        layer=preview.layer,
        written=len(preview.frame),
        same=preview.same,
        set_aside=len(preview.set_aside),
        places=len(preview.places),
        files=tuple(files),
    )


def save_set_aside(preview: ImportPreview, path: str | os.PathLike[str]) -> Path:
    """Write the rows that do not fit, with line and reason, as a CSV for people.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    frame = preview.set_aside
    rows = [[_harmless(str(cell)) for cell in row] for row in frame.to_numpy().tolist()]
    heads = [_harmless(str(name)) for name in frame.columns]
    text = "\ufeff" + _lines([heads, *rows])
    return _written(Path(path), text)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTIVE) else text


def _lines(rows: Sequence[Sequence[str]], *, end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue()


def _written(path: Path, text: str) -> Path:
    with atomic_path(path) as place:
        place.write_text(text, encoding="utf-8", newline="")
    return path


def _layer_text(preview: ImportPreview) -> str:
    path = preview.workspace.path(preview.layer)
    if preview.replace or not path.is_file():
        names = [column.name for column in preview.card.columns]
        return _lines([names, *preview.frame[names].to_numpy().tolist()])
    return _added(path, preview.frame)


def _added(path: Path, frame: pd.DataFrame) -> str:
    """Return a table with rows behind its own, whose text is not touched."""
    text = path.read_bytes().decode("utf-8")
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    names = [name.strip() for name in header]
    missing = sorted(set(frame.columns) - set(names))
    if missing:
        raise InputError("importing.table_changed", file=path.name, columns=missing)
    rows = frame.reindex(columns=names, fill_value="").to_numpy().tolist()
    # a file that was saved on Windows stays one
    end = "\r\n" if "\r\n" in text else "\n"
    return f"{text}{'' if text.endswith(end) else end}{_lines(rows, end=end)}"


def _check(workspace: Workspace, texts: dict[str, str]) -> None:
    """Read what is to be written, and all that refers to it, from a folder of its own."""
    with temporary_folder() as folder:
        files = {}
        for name, text in texts.items():
            files[name] = Path(folder, workspace.path(name).name)
            files[name].write_text(text, encoding="utf-8", newline="")
        # the same workspace on other files; nothing else needs to open one so
        own = {**workspace._files, **files}  # noqa: SLF001
        tried = dataclasses.replace(workspace, _files=own, _read={}, positions=None)
        for name, card in workspace.cards.items():
            refers = {(c.refers_to or "").partition(".")[0] for c in card.columns}
            if card.geometry != "raster" and (name in texts or refers & set(texts)):
                tried.table(name)
