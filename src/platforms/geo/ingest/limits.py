"""What a file may cost, as data.

The numbers bound what a hostile or broken file can take from the machine; they are far above
what a county's parcel file needs (100,000 plots are about 60 MB). Sizes are bytes, times are
seconds.
"""

from __future__ import annotations

import dataclasses

__all__ = ["LIMITS", "Limits"]

_MB = 1 << 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one reading.

    Attributes
    ----------
    file_bytes
        Size of the file, or of all files of a folder, as given.
    unpacked_bytes
        Size of everything that a container holds.
    ratio, ratio_from_bytes
        A member larger than ``ratio_from_bytes`` may not unpack to more than ``ratio`` times
        its packed size.
    members
        Files in a container or folder.
    directory_bytes
        Size of a container's table of contents.
    prj_bytes
        Size of a .prj file.
    fields, cells
        Columns of a table, and columns times rows.
    rows
        Rows of a table, or features of a layer.
    vertices
        Vertices of all features together.
    sheet_columns, cell_chars
        Columns of a sheet, characters in one cell.
    memory_bytes, cpu_seconds, wall_seconds, output_bytes, open_files
        Of the worker process.
    arc_step_degrees
        Curves become chords of this angle: a circle loses 3 ppm of its area.
    """

    file_bytes: int = 1024 * _MB
    unpacked_bytes: int = 1024 * _MB
    ratio: int = 200
    ratio_from_bytes: int = 32 * _MB
    members: int = 1000
    directory_bytes: int = 1 * _MB
    prj_bytes: int = 64 << 10
    fields: int = 500
    cells: int = 20_000_000
    rows: int = 1_000_000
    vertices: int = 20_000_000
    sheet_columns: int = 1000
    cell_chars: int = 1_000_000
    memory_bytes: int = 4096 * _MB
    cpu_seconds: int = 60
    wall_seconds: int = 90
    output_bytes: int = 2048 * _MB
    open_files: int = 256
    arc_step_degrees: float = 0.25


LIMITS = Limits()
