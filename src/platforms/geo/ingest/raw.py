"""What the worker hands back: every row of the file, judged but not interpreted.

Rows keep their order and their number. A row whose shape cannot be used stays in the table
without a shape, so that rows in = rows good + rows set aside can be counted by the parent.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ROW", "WKB", "Fault", "RawTable", "load", "save"]

# columns of ours; no file can have them, since names from files are never used as they are
ROW = "\x01row"
WKB = "\x01wkb"

_TABLE = "table.arrow"
_REPORT = "report.json"


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault that the worker saw, to become a row of the issue table.

    Attributes
    ----------
    kind, severity
        As in :class:`platforms.issues.Issue`.
    row
        1-based row of the file, 0 for the whole file.
    field
        Column of the file.
    told
        Values for the message.
    """

    kind: str
    severity: str
    row: int = 0
    field: str | None = None
    told: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class RawTable:
    """All rows of one layer.

    Attributes
    ----------
    table
        Columns ``ROW`` (1-based number), ``WKB`` (2D polygon or null), then the file's
        attributes under its own names, in its own order.
    driver, layer
        What read it; layer is None where the format has none.
    encoding, encoding_basis
        Of its text; empty where the format fixes it.
    crs, crs_from
        Coordinate system as the file states it (WKT or ``EPSG:n``), empty where it does not,
        and where that was written.
    faults
        What was seen.
    notes
        Facts of the format, such as the zone of a boundary-point file.
    """

    table: pa.Table
    driver: str
    layer: str | None = None
    encoding: str = ""
    encoding_basis: str = ""
    crs: str = ""
    crs_from: str = ""
    faults: list[Fault] = dataclasses.field(default_factory=list)
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)

    def fault(
        self, kind: str, severity: str, *, row: int = 0, field: str | None = None, **values: object
    ) -> None:
        """Add one fault."""
        self.faults.append(Fault(kind, severity, row, field, values))


def save(raw: RawTable, folder: Path) -> None:
    """Write a table and its report into a folder."""
    import pyarrow as pa

    with (
        pa.OSFile(str(folder / _TABLE), "wb") as sink,
        pa.ipc.new_file(sink, raw.table.schema) as w,
    ):
        w.write_table(raw.table)
    report = {f.name: getattr(raw, f.name) for f in dataclasses.fields(raw) if f.name != "table"}
    report["faults"] = [dataclasses.asdict(fault) for fault in raw.faults]
    text = json.dumps(report, ensure_ascii=False, default=str)
    (folder / _REPORT).write_text(text, encoding="utf-8")


def load(folder: Path) -> RawTable:
    """Read what :func:`save` wrote."""
    import pyarrow as pa

    report = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
    with pa.OSFile(str(folder / _TABLE), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    report["faults"] = [Fault(**fault) for fault in report["faults"]]
    return RawTable(table=table, **report)
