"""Plots that the store of a workspace keeps, as a source of the engine.

They are read once, in steps and as of one moment, into a folder of the run: a store is neither
held nor asked again while the run goes on. What the columns are is known when all were seen, as
it is where a table holds them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from platforms.engine.batches import BATCH, GEOMETRY, fitted, plain_schema
from platforms.engine.shuffle import read_ipc
from platforms.errors import InputError
from platforms.layers.workspace import Workspace
from platforms.store.keeping import Store
from platforms.store.opening import open_store
from platforms.store.plots.records import Kinds, columns_of, shapes_of

__all__ = ["StoreSource", "open_stored"]

_NAME = "store:"
_SYSTEM = "EPSG:4490"
_ID = "plot_id"
_TYPES = {"boolean": pa.bool_(), "Int64": pa.int64(), "float64": pa.float64(), "str": pa.string()}
_HELD = pa.schema([(_ID, pa.string()), ("shape", pa.binary()), ("attributes", pa.string())])


@dataclass(frozen=True)
class StoreSource:
    """Plots that are still in the store."""

    store: Store

    @property
    def crs(self) -> CRS:
        """System of the coordinates."""
        return CRS.from_user_input(_SYSTEM)

    def copied(self, folder: Path, told: Callable[[int], None]) -> _Copied:
        """Copy the plots of now into a folder.

        Parameters
        ----------
        folder
            Of the run.
        told
            Called with the number of rows so far.
        """
        kinds = Kinds()
        files: list[Path] = []
        rows = 0

        def take(part: Sequence[Any]) -> None:
            nonlocal rows
            kinds.meet(json.loads(row.attributes) for row in part)
            columns = ([row[number] for row in part] for number in range(len(_HELD)))
            arrays = [pa.array(one, of.type) for one, of in zip(columns, _HELD, strict=True)]
            file = folder / f"store-{len(files):05d}.arrow"
            with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, _HELD) as writer:
                writer.write_table(pa.table(arrays, schema=_HELD))
            files.append(file)
            rows += len(part)
            told(rows)

        sha256 = self.store.plots.each(take, size=BATCH)
        types = {name: kind for name, kind in kinds.types().items() if name != GEOMETRY}
        plain = [pa.field(_ID, pa.string())]
        plain += [pa.field(name, _TYPES[kind]) for name, kind in types.items()]
        stated = {"sha256": sha256, "crs_basis": "format"}
        return _Copied(self.crs, plain_schema(plain), types, files, stated)


@dataclass(frozen=True)
class _Copied:
    """Plots as the store had them at one moment; they are given once."""

    crs: CRS
    schema: pa.Schema
    types: Mapping[str, str]
    files: Sequence[Path]
    stated: Mapping[str, object]
    name: str = _NAME
    driver: str = "store"

    def batches(self) -> Iterator[pa.Table]:
        for file in self.files:
            table = read_ipc(file)
            told = columns_of(table["attributes"].to_pylist(), self.types)
            ids = pd.DataFrame({_ID: pd.Series(table[_ID].to_pylist(), dtype="str")})
            plain = pa.Table.from_pandas(pd.concat([ids, told], axis=1), preserve_index=False)
            shapes = shapely.to_wkb(shapes_of(table["shape"].to_pylist()))
            whole = plain.append_column(GEOMETRY, pa.array(shapes, pa.binary()))
            yield fitted(whole, self.schema)
            del table
            file.unlink()


def open_stored(workspace: Workspace) -> StoreSource:
    """Open the plots that the store of a workspace keeps.

    Raises
    ------
    InputError
        When it keeps none.
    StoreError
        When the store cannot be read.
    """
    store = open_store(workspace, make=False)
    if not store.plots.count():
        raise InputError("plots.none", workspace=store.workspace)
    return StoreSource(store)
