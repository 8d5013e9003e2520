"""The folder that a run is written into: empty, or one that holds an earlier run."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from platforms.errors import OutputError
from platforms.geo.folder_change import broken_off, listed_by_mark

__all__ = ["MANIFEST", "earlier_files", "refuse_foreign"]

MANIFEST = "run.json"

_PARTS = "plots/part-*.parquet"
_WRITTEN = (
    "plan.gpkg", "ledger.xlsx", "map.html", MANIFEST,
    "towns.csv", "platforms.csv", "layout_units.csv", "issues.parquet", _PARTS,
)  # fmt: skip


def refuse_foreign(target: Path, *, overwrite: bool) -> None:
    """Leave a folder alone that holds anything but an earlier run.

    Raises
    ------
    OutputError
        For a folder that holds other files, or a run that may not be replaced.
    """
    if not target.is_dir():
        return
    found = {file.name for file in target.iterdir() if not file.name.startswith(".tmp-")}
    if not found:
        return
    broken = broken_off(target, MANIFEST)
    if MANIFEST not in found and not broken:
        raise OutputError("sheet.folder.not_a_run", path=target)
    if not overwrite:
        raise OutputError(
            "sheet.folder.broken_off" if broken else "sheet.folder.exists", path=target
        )


def earlier_files(target: Path) -> list[str]:
    """Return the files of the run that a folder holds, as its record or its mark names them.

    Returns
    -------
    names
        Below the folder, with ``/`` and ``*``; of what a record names only what this program
        writes. Nothing where there is no run.
    """
    named = [name for name in listed_by_mark(target) if _is_written(name)]
    try:
        record = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return named
    outputs = record.get("outputs") if isinstance(record, Mapping) else None
    for path in outputs.values() if isinstance(outputs, Mapping) else ():
        name = PureWindowsPath(str(path)).name
        name = _PARTS if name == "plots" else name
        if name in _WRITTEN:
            named.append(name)
    return sorted(set(named))


def _is_written(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, like) for like in _WRITTEN)
