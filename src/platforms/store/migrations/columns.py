"""Columns as migrations write them; what a migration made never follows a later schema."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

__all__ = ["count", "number", "row_id", "shapes", "text", "texts"]


def row_id() -> sa.Column[int]:
    """Return the number that the database gives a row."""
    return sa.Column("id", sa.BigInteger, primary_key=True)


def text(name: str, *, missing: bool = False, unique: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text, nullable=missing, unique=unique or None)


def texts(*names: str, missing: bool = False) -> list[sa.Column[str]]:
    """Return several columns of text."""
    return [text(name, missing=missing) for name in names]


def count(name: str, *, missing: bool = False) -> sa.Column[int]:
    """Return a column of whole numbers."""
    return sa.Column(name, sa.Integer, nullable=missing)


def number(name: str) -> sa.Column[float]:
    """Return a column of numbers that may be missing."""
    return sa.Column(name, sa.Float, nullable=True)


class _Shapes(UserDefinedType[str]):
    """The type of PostGIS for many polygons in EPSG:4490."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "geometry(MULTIPOLYGON,4490)"


def shapes(name: str) -> sa.Column[str]:
    """Return a column of shapes that may be missing."""
    return sa.Column(name, _Shapes, nullable=True)
