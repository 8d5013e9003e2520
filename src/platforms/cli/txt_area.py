"""The option that says which area a boundary-point file states."""

from __future__ import annotations

from typing import Literal

import click

from platforms import messages

__all__ = ["AREAS", "Stated", "txt_area_option"]

Stated = Literal["area_m2", "planar_m2", "declared_m2"]
AREAS: dict[str, Stated] = {"official": "area_m2", "planar": "planar_m2", "declared": "declared_m2"}


def _column(_context: click.Context, _option: click.Parameter, value: str | None) -> Stated | None:
    return None if value is None else AREAS[value]


txt_area_option = click.option(
    "--txt-area",
    "stated",
    type=click.Choice(tuple(AREAS)),
    callback=_column,
    default=None,
    help=messages.text("export.option.txt_area"),
)
