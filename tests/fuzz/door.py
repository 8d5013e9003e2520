"""One reader of a file that somebody brings, and what it answered."""

from __future__ import annotations

import dataclasses
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from mutants import packed

from platforms.issues import IssueTable


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a door answered."""

    content: str
    issues: IssueTable = dataclasses.field(default_factory=IssueTable)
    rows: dict[str, int] | None = None


@dataclasses.dataclass(frozen=True)
class Door:
    """One reader and the files to begin with."""

    name: str
    file: str
    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path], Seen]
    # how many rows the bytes themselves say they hold, None where they do not
    stated: Callable[[bytes], int | None] = lambda _: None
    # share of the inputs, next to one for the quick ones
    weight: float = 1.0


def print_of(frame: pd.DataFrame) -> str:
    """Return a hash over cells and shapes."""
    cells = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).to_json(
        default_handler=str
    )
    shapes = (
        b"".join(shapely.to_wkb(frame.geometry)) if isinstance(frame, gpd.GeoDataFrame) else b""
    )
    return hashlib.sha256(str(cells).encode() + shapes).hexdigest()


def same_book(path: Path) -> bytes:
    """Return a workbook without the moment at which it was written."""
    with zipfile.ZipFile(path) as made:
        return packed({n: made.read(n) for n in made.namelist() if not n.startswith("docProps")})
