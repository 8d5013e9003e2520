"""One target: its bars, what is left, where it is written, and the plots behind its figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.markup import Html, el
from platforms.app.state import Pick
from platforms.app.targets.target_board import Board
from platforms.app.targets.target_rows import bars_of, cited, state_badge
from platforms.app.wording import of_areas, unit_of

__all__ = [
    "choose_target",
    "chosen_target",
    "facts_of",
    "show_no_target",
    "show_sides",
    "show_target",
]

_KEY = "target"
# the visitor took the tick away: nothing is shown in its stead
_NONE = "target-none"
_PLOTS = ("plot_id", "name", "town", "part")
_PLOTS_PX = 240


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


def choose_target(target: str | None) -> None:
    """Select a target, or none; it stands in the address, so a link reopens it."""
    st.session_state[_NONE] = target is None
    if target is None:
        st.query_params.pop(_KEY, None)
    else:
        st.query_params[_KEY] = target


def chosen_target(board: Board) -> Mapping[Any, Any] | None:
    """Return the selected target, else the first with something to compare, or None.

    None too where the visitor has selected none; another visit begins with the first again.
    """
    status = board.status
    wanted = status[status["target_id"].eq(st.query_params.get(_KEY, ""))]
    if wanted.empty and st.session_state.get(_NONE):
        return None
    if wanted.empty:
        known = status["reported"].notna() | status["computed_kind"].isin(["attained", "potential"])
        wanted = status[known] if known.any() else status
    return next(iter(wanted.head(1).to_dict("records")), None)


def show_no_target(*, height: int) -> None:
    """Say what to do where no target is selected.

    Parameters
    ----------
    height
        Height in pixels.
    """
    with st.container(height=height, border=True, key="target-panel"):
        markup.show(el("p", _t("hint"), cls="ip-note"))


def show_target(board: Board, row: Mapping[Any, Any], *, height: int) -> None:
    """Show one target.

    Parameters
    ----------
    board
        The targets and where they stand.
    row
        The target.
    height
        Height in pixels; longer contents scroll.
    """
    with st.container(height=height, border=True, key="target-panel"):
        marks = [state_badge(row["state"])]
        if row["computed_sample"]:
            marks.append(markup.badges([messages.text("app.mark.sample")], kind="ip-sample"))
        markup.show(
            el("div", el("p", *marks, cls="ip-kind"), cls="ip-head"),
            bars_of(row),
            el("dl", *facts_of(row), cls="ip-facts"),
            *(el("p", one, cls="ip-note") for one in ip.target_remarks(_record(row))),
            el(
                "div",
                el("p", cited(row, board)),
                el("blockquote", el("q", row["text"])),
                el("p", row["note"], cls="ip-note") if pd.notna(row["note"]) else None,
                cls="ip-cite",
            ),
            _reports(board, row),
        )
        _show_plots(board, row)
        _show_same(board, row)


def facts_of(row: Mapping[Any, Any]) -> list[Html]:
    """Return what is known of a target, name by value.

    Parameters
    ----------
    row
        The target, as :func:`platforms.target_standing` gives it.
    """
    unit = "" if pd.isna(row["unit"]) else str(row["unit"])
    rate = "%" if row["operator"] == "growth" else unit
    facts = {
        "operator": _word("target_operator", row["operator"]),
        "kind": _word("target_kind", row["computed_kind"]),
        "scope": ip.target_scope(_record(row)),
        "gap": _number(row["gap"], unit),
        "pace_year": _number(row["pace_year"], rate),
        "pace_month": _number(row["pace_month"], unit),
        "planned_level": _number(row["planned_level"], row["base_unit"]),
        "lead": _names(row["lead"]),
        "responsible": _names(row["responsible"]),
    }
    # nothing is left to be done of what is reached
    done = {"pace_year", "pace_month"} if row["state"] == "reached" else set()
    known = {name: text for name, text in facts.items() if text and name not in done}
    return [
        part
        for name, text in known.items()
        for part in (el("dt", _t(f"fact.{name}")), el("dd", text))
    ]


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    return ip.target_records(pd.DataFrame([dict(row)]))[0]


def _word(group: str, name: Any) -> str:  # noqa: ANN401 a cell holds anything
    return messages.text(f"sheet.{group}.{name}") if pd.notna(name) and name else ""


def _number(value: Any, unit: Any) -> str:  # noqa: ANN401 a cell holds anything
    if pd.isna(value):
        return ""
    return f"{ip.target_number(float(value))} {unit_of(unit)}".strip()


def _names(cell: Any) -> str:  # noqa: ANN401 a cell holds anything
    between = "、" if messages.language() == "zh_CN" else ", "
    return "" if pd.isna(cell) else str(cell).replace(";", between)


def _reports(board: Board, row: Mapping[Any, Any]) -> Html | None:
    """Return every report of the target, the newest first."""
    told = board.reports
    told = told[told["target_id"].eq(row["target_id"])]
    if told.empty:
        return None
    lines = [
        el("p", _t("report", **{str(name): value for name, value in one.items()}), cls="ip-note")
        for one in told.fillna("").sort_values("date", ascending=False).to_dict("records")
    ]
    return el("div", el("h4", _t("reports")), *lines, cls="ip-cite")


def _show_plots(board: Board, row: Mapping[Any, Any]) -> None:
    """List the plots behind the computed value; a row leads to its place on the map."""
    if board.run is None or pd.isna(row["computed"]):
        return
    parts = ip.target_parts(board.run, row["target_id"])
    found = parts.frame
    if parts.layer != "plots":
        _show_records(board, parts, unit_of(row["unit"]))
        return
    markup.show(el("h4", _t("plots", count=len(found)), cls="ip-h4"))
    table = found.reindex(columns=list(_PLOTS)).reset_index(drop=True)
    names = [
        of_areas(board.workspace, "app.table.town")
        if name == "town"
        else messages.text(f"app.targets.plot.{name}", unit=unit_of(row["unit"]))
        for name in _PLOTS
    ]
    key = f"target-plots-{board.id}-{row['target_id']}"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            state.look_at(Pick("plots", str(table["plot_id"].iloc[rows[0]])))

    st.dataframe(
        table.set_axis(names, axis=1),
        key=key,
        height=_PLOTS_PX,
        hide_index=True,
        on_select=chosen,
        selection_mode="single-row",
        column_config={names[-1]: st.column_config.NumberColumn(format="%.2f")},
        placeholder="",
    )
    pick = state.picked()
    if pick is not None and pick.layer == "plots" and pick.id in set(table["plot_id"].astype(str)):
        state.link_to_map(pick)
    else:
        markup.show(el("p", _t("choose_plot"), cls="ip-note"))


def _show_records(board: Board, parts: ip.TargetParts, unit: str) -> None:
    """List the rows of a layer behind the computed value, under the layer's own headings."""
    card = board.workspace.card(parts.layer)
    words = {"count": len(parts.frame), "layer": str(card.title)}
    markup.show(el("h4", _t("records", **words), cls="ip-h4"))
    known = [name for name in (parts.key, "date", "name", "town") if name in parts.frame]
    titles = [str(column.title) if (column := card.column(name)) else name for name in known]
    table = parts.frame[[*known, "part"]].set_axis(
        [*titles, messages.text("app.targets.plot.part", unit=unit)], axis=1
    )
    # firms and projects are counted, land is measured
    whole = bool((parts.frame["part"].dropna() % 1).eq(0).all())
    form = st.column_config.NumberColumn(format="%d" if whole else "%.2f")
    st.dataframe(
        table, height=_PLOTS_PX, hide_index=True, placeholder="",
        column_config={table.columns[-1]: form},
    )  # fmt: skip


def _show_same(board: Board, row: Mapping[Any, Any]) -> None:
    """Name the other targets of the same topic."""
    if pd.isna(row["topic"]):
        return
    status = board.status
    same = status[status["topic"].eq(row["topic"]) & status["target_id"].ne(row["target_id"])]
    lines = [
        el("p", f"{_planned(one)} · {cited(one, board)}", cls="ip-note")
        for one in same.to_dict("records")
    ]
    if lines:
        markup.show(el("div", el("h4", _t("same", topic=row["topic"])), *lines, cls="ip-cite"))


def _planned(row: Mapping[Any, Any]) -> str:
    value = _number(row["value"], row["unit"]) or _word("target_operator", row["operator"])
    return f"{_t('heading', indicator=row['indicator'], year=row['year'])} {value}".strip()


def show_sides(board: Board, topic: str) -> None:
    """Show the targets of one topic side by side, each with its document and date."""
    status = board.status
    rows = status[status["topic"].eq(topic)].sort_values(["year", "doc"], kind="stable")
    cards = [
        el(
            "article",
            bars_of(row),
            el("p", state_badge(row["state"]), _planned(row), cls="ip-note"),
            el("q", row["text"]),
            el("p", cited(row, board), cls="ip-note"),
        )
        for row in rows.to_dict("records")
    ]
    markup.show(el("div", *cards, cls="ip-targets"))
