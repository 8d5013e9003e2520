"""Land by town, platform, layout unit, measure or industry: to sort, and to take along."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import copy_context
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.journal import taken
from platforms.app.land.land_trial import LandTrial, told
from platforms.app.wording import of_areas
from platforms.units import half_up

__all__ = ["number_formats", "printed", "show_sums", "table_file"]

_SHORT = 9
_DIGITS, _FINE = 2, 4
_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.land.{entry}", None, **fields)


def show_sums(trial: LandTrial, *, height: int) -> None:
    """Show the sums by what the visitor chooses, with their net land before a trial.

    Parameters
    ----------
    trial
        What is shown.
    height
        In pixels, at most.
    """
    names = list(trial.sums)
    titles = {name: messages.text(f"sheet.land_table.{name}") for name in names}
    titles |= {"towns": markup.plain_label(of_areas(trial.scene.workspace, "app.table.town"))}
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with left:
        by = st.segmented_control(
            _t("by"), names, default=names[0], required=True, key="land-by",
            format_func=lambda name: titles[name], label_visibility="collapsed",
        )  # fmt: skip
    by = str(by or names[0])
    with right, st.container(horizontal=True, horizontal_alignment="right", key="land-files"):
        for ending in _MIME:
            _button(trial, by, ending)
    table = _table(trial, by)
    st.dataframe(
        table,
        key=f"land-sums-{by}-{trial.scene.id}",
        height=height if len(table) > _SHORT else "content",
        hide_index=True,
        column_config=number_formats(table),
        placeholder="",
    )
    st.caption(
        f"{_t('rounded')} · " + messages.text("app.table.foot", rows=len(table), id=trial.scene.id)
    )


def _table(trial: LandTrial, by: str, *, metres: bool = False) -> pd.DataFrame:
    review = trial.base.review
    before = None
    if trial.switches.changed:
        before = ip.land_by(review.chosen(), ip.LAND_GROUPS[by])
    table = ip.land_table(trial.sums[by], by, before=before, metres=metres)
    if by == "towns":
        word = of_areas(trial.scene.workspace, "app.table.town")
        table = table.rename(columns={table.columns[0]: word})
    # the largest first; a click on a heading sorts by anything else
    net = trial.sums[by]["net_once_m2"].reset_index(drop=True)
    return table.loc[net.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def printed(table: pd.DataFrame, *, fine: Collection[str] = ()) -> pd.DataFrame:
    """Return a table with its numbers rounded half up to the decimals that are shown.

    The grid of the browser cuts what it does not show.

    Parameters
    ----------
    table
        Any table.
    fine
        Columns with four decimals, as ratios have in the ledger; others have two.
    """
    shown = table.copy()
    for name in shown:
        if shown[name].dtype.kind == "f":
            digits = _FINE if name in fine else _DIGITS
            shown[name] = half_up(shown[name].to_numpy("float64"), digits)
    return shown


def number_formats(table: pd.DataFrame, *, fine: Collection[str] = ()) -> dict[str, Any]:
    """Return how the numbers of a :func:`printed` table are written: decimals, or whole."""
    return {
        str(name): st.column_config.NumberColumn(
            format="localized" if table[name].dtype.kind == "f" else "%d",
            step=_step(table[name], fine=name in fine),
        )
        for name in table
        if table[name].dtype.kind in "iuf"
    }


def _step(column: pd.Series, *, fine: bool) -> float:
    if column.dtype.kind != "f":
        return 1
    return 10.0 ** -(_FINE if fine else _DIGITS)


def _button(trial: LandTrial, by: str, ending: str) -> None:
    city = trial.base.scene.run.workspace
    file = f"{city.name}-{by}-{trial.scene.id}.{ending}"
    st.download_button(
        _t("get", ending=ending.upper()),
        data=taken(file, partial(table_file, trial, by, ending)),
        file_name=file,
        mime=_MIME[ending],
        on_click="ignore",
        key=f"land-get-{ending}",
    )


def table_file(trial: LandTrial, by: str, ending: str) -> bytes:
    """Return the sums as a file, with 亩, m² and what a reader must know.

    Parameters
    ----------
    trial
        What is shown.
    by
        A name of ``LAND_GROUPS``.
    ending
        ``csv`` or ``xlsx``.
    """

    def write() -> bytes:
        ip.set_language(trial.scene.lang)
        run = trial.base.scene.run
        marks = []
        if run.sample:
            marks.append(messages.text("sheet.note.sample"))
        elif run.sample_layers:
            marks.append(messages.text("sheet.note.sample_constraints"))
        if trial.switches.changed:
            marks.append(f"{_t('trial')}{told(trial.switches)}")
        if trial.unjudged:
            marks.append(messages.text("sheet.claims.apart", None, plots=trial.unjudged))
        marks.append(_t("mark_id", id=trial.scene.id))
        with ip.temporary_folder() as folder:
            path = folder / f"land.{ending}"
            ip.save_land_table(_table(trial, by, metres=True), path, marks=tuple(marks))
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)
