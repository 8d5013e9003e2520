"""Sums of reclaimable land as a table for readers, on the screen and as a file.

亩 are rounded for each cell alone, so a column may differ from its total by a cent or two;
square metres are exact and sum to the cent. A group that has no name says so.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.outputs.books.table_file import TABLE_ENDINGS, save_table
from platforms.outputs.maps.land_map import limit_title
from platforms.planning.land.reclaim import deduction_columns
from platforms.units import MU_PER_M2, half_up

__all__ = ["LAND_TABLE_ENDINGS", "land_table", "save_land_table"]

LAND_TABLE_ENDINGS = TABLE_ENDINGS


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.land_table.{entry}", None, **fields)


def land_table(
    sums: pd.DataFrame, by: str, *, before: pd.DataFrame | None = None, metres: bool = False
) -> pd.DataFrame:
    """Return sums of land under headings for readers.

    Parameters
    ----------
    sums
        What :func:`platforms.land_by` gave.
    by
        A name of ``LAND_GROUPS``: what the sums go by.
    before
        The same sums before a trial; adds the net land before it and the change, both of
        land counted once.
    metres
        Add each area in m², two decimals.

    Returns
    -------
    table
        One row a group: its name, plots, plots whose net land is unknown, then in 亩 (two
        decimals) gross, each deduction, net; where plots share net land, also how much a plot
        before has already, and the net land with it counted once.
    """
    table: dict[str, object] = {
        _t(by): [_group(by, name) for name in sums.index],
        _t("plots"): sums["plots"].to_numpy(),
        _t("unknown"): sums["unknown"].to_numpy(),
    }
    parts = {"gross_m2": _t("gross")}
    parts |= {c: _t("takes", name=limit_title(n)) for n, c in deduction_columns(sums).items()}
    parts["net_m2"] = _t("net")
    shared = any(_shared(one) for one in (sums, before) if one is not None)
    if shared:
        parts |= {"overlap_m2": _t("overlap"), "net_once_m2": _t("net_once")}
    for column, title in parts.items():
        table[_t("mu", title=title)] = _mu(sums[column])
    if before is not None:
        net = "net_once_m2" if shared else "net_m2"
        old = _mu(before[net].reindex(sums.index).fillna(0.0))
        table[_t("mu", title=_t("once_before" if shared else "net_before"))] = old
        # of the printed figures, so that a reader who subtracts finds the same
        table[_t("mu", title=_t("change"))] = half_up(_mu(sums[net]) - old, 2)
    if metres:
        for column, title in parts.items():
            table[_t("m2", title=title)] = half_up(sums[column].to_numpy(dtype=np.float64), 2)
    return pd.DataFrame(table)


def _shared(sums: pd.DataFrame) -> bool:
    """Say whether plots of these sums have net land that another has as well."""
    return "overlap_m2" in sums and bool(sums["overlap_m2"].gt(0).any())


def _mu(area_m2: pd.Series) -> NDArray[np.float64]:
    cents = np.rint(area_m2.to_numpy(dtype=np.float64) * 100) / 100
    # the product's own noise would decide what lies half way
    area_mu: NDArray[np.float64] = half_up(half_up(cents * MU_PER_M2, 8), 2)
    return area_mu


def _group(by: str, name: object) -> str:
    # a group without a name is NaN, which is not itself
    if name is None or name is pd.NA or name != name or not str(name).strip():  # noqa: PLR0124
        return messages.text("sheet.book.none")
    known = messages.catalogue(messages.language(), "sheet") if by == "measures" else {}
    return known.get(f"measure.{name}", str(name))


def save_land_table(
    table: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    marks: tuple[str, ...] = (),
    overwrite: bool = False,
) -> Path:
    """Write a table of land as a file.

    Parameters
    ----------
    table
        What :func:`land_table` gave.
    path
        ``.xlsx``, or ``.csv`` (UTF-8 with a mark, for Excel).
    marks
        What readers must know, such as that the data are synthetic; stands in a last column
        of every row, so that no cut of the table loses it.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    shown = table.assign(**{_t("note"): "；".join(marks)}) if marks else table
    return save_table(shown, path, sheet=_t("sheet"), overwrite=overwrite)
