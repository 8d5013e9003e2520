"""What a file may cost, as data.

The numbers bound what a hostile or broken file can take from the machine; they are far above
what a county's parcel file needs (100,000 plots are about 60 MB). Sizes are bytes, times are
seconds. Whoever runs the program sets another in the environment: ``PLATFORMS_LIMITS_ROWS=5000``
stands in place of the default of ``rows``. A setting that cannot be meant stops what would read
with it: nothing is read within bounds that nobody wanted.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Mapping
from pathlib import Path

from platforms.errors import InputError, LimitError

__all__ = ["LIMITS", "PREFIX", "Limits", "refuse_long_text"]

PREFIX = "PLATFORMS_LIMITS_"
"""What the name of a setting begins with; the name of the limit in capitals follows."""

_MB = 1 << 20
# more than any machine has; what the system calls take is a signed number of 64 bits
_MOST = 1 << 53


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
    text_bytes
        Size of a text that is parsed without a worker: JSON, and tables of our own forms.
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
    text_bytes: int = 32 * _MB
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

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Limits:
        """Return the defaults with what is set in their place.

        Parameters
        ----------
        settings
            An environment; other names in it are left alone.

        Raises
        ------
        InputError
            For a name that is no limit, and for what is no number above 0.
        """
        types = {field.name: type(field.default) for field in dataclasses.fields(cls)}
        told: dict[str, float] = {}
        for setting, text in sorted(settings.items()):
            if not setting.startswith(PREFIX):
                continue
            name = setting.removeprefix(PREFIX).lower()
            if name not in types:
                known = [f"{PREFIX}{one.upper()}" for one in types]
                raise InputError("read.limit_unknown", setting=setting, allowed=known)
            told[name] = _number(setting, text, whole=types[name] is int)
        return cls(**told)  # type: ignore[arg-type]


def _number(setting: str, text: str, *, whole: bool) -> float:
    plain = text.strip()
    try:
        number = int(plain) if whole else float(plain)
    except ValueError:
        number = 0
    if not (math.isfinite(number) and 0 < number <= _MOST):
        kind = "whole" if whole else "real"
        raise InputError(f"read.limit_{kind}", setting=setting, value=plain[:40], most=_MOST)
    return number


LIMITS = Limits.of(os.environ)
"""What holds in this process."""


def refuse_long_text(path: Path, *, name: str = "", limits: Limits = LIMITS) -> None:
    """Refuse a text that is larger than one that is parsed without a worker may be.

    Parameters
    ----------
    path
        The file.
    name
        What its sender called it; default the name that it has.
    limits
        What it may cost.

    Raises
    ------
    LimitError
        Names what is allowed.
    OSError
        When there is no such file.
    """
    if path.stat().st_size > limits.text_bytes:
        allowed = limits.text_bytes >> 20
        raise LimitError("read.large", file=name or path.name, allowed_mb=allowed)
