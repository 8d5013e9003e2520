"""The project that looks for a site: what it makes, needs and brings.

What is not stated is None and stays unknown; only its industry must be there.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from platforms.errors import InputError
from platforms.geo.ingest.limits import refuse_long_text
from platforms.layers.given_table import TABLE_ENDINGS, given_rows, refuse_nameless
from platforms.layers.yaml_file import read_model

__all__ = ["Project", "Supplier", "read_project"]


class _Written(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class Supplier(_Written):
    """A firm that the project wants to be near."""

    lon: float = Field(ge=-180, le=180)
    """Longitude, degrees, CGCS2000."""
    lat: float = Field(ge=-90, le=90)
    """Latitude, degrees, CGCS2000."""
    name: str | None = None
    """Name."""


def _suppliers(given: object) -> object:
    """Read ``lon lat; lon lat`` as a cell of a table has it."""
    if not isinstance(given, str):
        return given
    pairs = [pair.split() for pair in given.split(";") if pair.strip()]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 longitude and latitude
        msg = "each supplier is a longitude and a latitude"
        raise ValueError(msg)
    return [dict(zip(("lon", "lat"), pair, strict=True)) for pair in pairs]


class Project(_Written):
    """A project that looks for a site."""

    name: str = ""
    """Name."""
    industry: str = Field(min_length=1)
    """Division of GB/T 4754, by code (``C38``) or name."""
    plan_industry: str | None = None
    """Industry of the plan's own table (``electrical`` …); default by the division."""
    land_mu: float | None = Field(default=None, gt=0)
    """Land that is needed, 亩."""
    floor_m2: float | None = Field(default=None, gt=0)
    """Floor space that is needed, m²."""
    energy_tce: float | None = Field(default=None, ge=0)
    """Energy use a year, t of coal equivalent."""
    value_added_wan: float | None = Field(default=None, gt=0)
    """Value added a year, 万元."""
    investment_wan: float | None = Field(default=None, ge=0)
    """Investment, 万元."""
    tax_wan: float | None = Field(default=None, ge=0)
    """Tax a year, 万元."""
    polluting: bool | None = None
    """Whether it pollutes; None unknown."""
    date: dt.date | None = None
    """Day whose standards are asked for; None for the last that there are."""
    suppliers: Annotated[tuple[Supplier, ...], BeforeValidator(_suppliers)] = ()
    """Firms that it wants to be near."""


def read_project(source: Project | Mapping[str, object] | str | Path) -> Project:
    """Read a project.

    Parameters
    ----------
    source
        A mapping, a YAML file, or a table (CSV, tabs, Excel): either a header and one row, or
        two columns without header, field and value. An empty cell is not stated; ``suppliers`` is
        ``lon lat; lon lat`` there.

    Raises
    ------
    InputError
        Names the field that is wrong or not known.
    CardError
        For a YAML file: names file, line and key.
    FormatError, LimitError, TableError
        For a table that cannot be read, is empty or too large.
    """
    if isinstance(source, Project):
        return source
    if isinstance(source, Mapping):
        return _project(source, "")
    path = Path(source)
    if not path.is_file():
        raise InputError("siting.no_file", file=path.name)
    if path.suffix.lower() in TABLE_ENDINGS:
        return _project(_cells(path), path.name)
    return read_model(path, Project)


def _project(given: Mapping[str, object], file: str) -> Project:
    try:
        return Project.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(
            "siting.project_wrong", file=file or "project", field=key, problem=first["msg"],
            known=sorted(Project.model_fields),
        ) from None  # fmt: skip


def _without_tail(cells: list[str]) -> list[str]:
    """Drop the empty cells behind the last, which a wider row of the file brought."""
    return cells[: max(at for at, cell in enumerate(cells, start=1) if cell)]


def _cells(path: Path) -> dict[str, object]:
    """Return the stated cells of a table of one project."""
    refuse_long_text(path)
    given = given_rows(path)
    rows = [_without_tail(cells) for cells in given.cells]
    if set(rows[0]) <= set(Project.model_fields):
        refuse_nameless(given)
        if len(rows) != 2:  # noqa: PLR2004 a header and one project
            raise InputError("siting.one_project", file=path.name, count=len(rows) - 1)
        pairs = list(itertools.zip_longest(*rows, fillvalue=""))
    else:
        pairs = [(row[0], ",".join(row[1:])) for row in rows]
    names = [name.strip() for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError("siting.field_twice", file=path.name, field=twice)
    cells = zip(names, (cell.strip() for _, cell in pairs), strict=True)
    return {name: cell for name, cell in cells if cell}
