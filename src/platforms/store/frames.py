"""Tables of a scenario as bytes, and back to equal tables.

The bytes are Parquet (GeoParquet where there are shapes). What proves that a table is the same
is the hash of its content, since another version of a library may write other bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from platforms.errors import StoreError
from platforms.planning.scenarios.fingerprint import settled, table_hash
from platforms.planning.scenarios.record import Input, Scenario, content_id

__all__ = ["from_bytes", "record_text", "scenario_from", "to_bytes"]


def to_bytes(table: pd.DataFrame) -> bytes:
    """Return a settled table as Parquet."""
    out = io.BytesIO()
    table.to_parquet(out, compression="zstd", index=False)
    return out.getvalue()


def from_bytes(data: bytes, *, path: str) -> pd.DataFrame:
    """Return the table that :func:`to_bytes` wrote.

    Raises
    ------
    StoreError
        When the bytes are no table.
    """
    try:
        shaped = b"geo" in (pq.read_schema(io.BytesIO(data)).metadata or {})
        read = gpd.read_parquet if shaped else pd.read_parquet
        return settled(read(io.BytesIO(data)))
    except (pa.ArrowException, OSError, ValueError, KeyError):
        raise StoreError("store.record_broken", path=path) from None


def record_text(scenario: Scenario, hashes: Mapping[str, str]) -> str:
    """Return all of a scenario but its tables as JSON; the tables by their hashes."""
    told = {
        "scenario_id": scenario.scenario_id,
        "kind": scenario.kind,
        "workspace": scenario.workspace,
        "inputs": [vars(one) for one in scenario.inputs],
        "parameters": dict(scenario.parameters),
        "figures": dict(scenario.figures),
        "tables": dict(hashes),
        "version": scenario.version,
        "sample": scenario.sample,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def scenario_from(record: str, tables: Mapping[str, bytes], *, path: str) -> Scenario:
    """Return a scenario from its record and tables, every hash checked.

    Parameters
    ----------
    record
        What :func:`record_text` gave.
    tables
        What :func:`to_bytes` gave, by name.
    path
        Where they came from, for messages.

    Raises
    ------
    StoreError
        When the record cannot be read, a table is missing, or a hash is another.
    """
    try:
        told = json.loads(record)
        inputs = tuple(Input(**one) for one in told["inputs"])
        name = str(told["scenario_id"])
        hashes = dict(told["tables"])
        frames = {title: from_bytes(tables[title], path=path) for title in hashes}
        made = Scenario(
            name, told["kind"], told["workspace"], inputs, told["parameters"], told["figures"],
            frames, told["version"], bool(told["sample"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StoreError("store.record_broken", path=path) from None
    wrong = [title for title, frame in frames.items() if table_hash(frame) != hashes[title]]
    if wrong or content_id(made) != name:
        raise StoreError("store.tampered", path=path, names=wrong or ["scenario.json"])
    return made
