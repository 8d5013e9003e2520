"""What is wrong with the plots that are looked at: above the figures, and one by one.

A sum that leaves records or plots out says so where it stands, and land that two plots claim
is told gross and net, and so are plots that lie outside the county. Coordinates that look like
those of a web map are named first of all.
"""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.scene import Scene
from platforms.app.wording import action_of
from platforms.issues import IssueTable
from platforms.units import printed

__all__ = ["issues_title", "show_issues", "show_standing", "standing"]

_HEIGHT = 300
# coordinates that no certificate is made of
_SHIFTED = ("web_offset_seen", "web_offset_removed", "web_mercator_read")


def standing(scene: Scene) -> list[str]:
    """Return what has to be known before the figures of a scene are believed."""
    run = scene.run
    told = [
        f"{issue.message()}{action_of(issue)}" for issue in run.issues if issue.kind in _SHIFTED
    ]
    features = 0 if run.source is None else run.source.features
    left = {
        "set_aside": features - len(run.plots),
        "unmeasured": int(run.plots["area_m2"].isna().sum()),
    }
    parts = [messages.text(f"intake.{name}", count=n) for name, n in left.items() if n > 0]
    if parts:
        told.append(messages.text("intake.left", parts=parts))
    outside = run.issues.by_kind()["shape_outside"]
    if outside:
        told.append(messages.text("intake.outside", count=outside, county=run.workspace.plan.name))
    if run.overlap_m2:
        areas = {name: printed(run.figures[name]) for name in ("area_mu", "net_area_mu")}
        told.append(messages.text("intake.overlap", shared=printed(run.overlap_m2), **areas))
    return told


def show_standing(scene: Scene) -> None:
    """Show what has to be known before the figures are believed; nothing where all is well."""
    told = [el("p", line) for line in standing(scene)]
    # there also when it is empty: what stands below keeps its place
    with st.container():
        markup.show(el("div", *told, cls="ip-warning", role="status") if told else "")


def issues_title(issues: IssueTable) -> str:
    """Return the title of the list of faults, with their number where there are any."""
    title = messages.text("app.plots.issues")
    return messages.text("intake.counted", title=title, count=len(issues)) if issues else title


def show_issues(issues: IssueTable) -> None:
    """Show the faults as a table, the chosen one in whole, or say that there are none."""
    if not len(issues):
        st.success(messages.text("app.plots.no_issues"))
        return
    table = issues.to_frame().drop(columns=["layer", "kind"])
    names = ("info", "warning", "error")
    severity = {name: messages.text(f"app.plots.severity.{name}") for name in names}
    table["severity"] = table["severity"].map(severity)
    table["action"] = [action_of(issue) for issue in issues]
    titles = {name: messages.text(f"sheet.book.{name}") for name in table.columns}
    # rows are numbers to the browser: a table of other rows is another table
    mark = hashlib.sha256("\n".join(table["message"]).encode()).hexdigest()[:10]
    event: Any = st.dataframe(
        table.rename(columns=titles),
        hide_index=True,
        height=_HEIGHT,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=f"issues-{mark}",
    )
    rows = [row for row in event.selection.rows if row < len(table)]
    told = table.iloc[rows[0]] if rows else None
    markup.show(
        el("p", messages.text("intake.one_issue"), cls="ip-note")
        if told is None
        else el("div", el("p", told["message"]), el("p", told["action"]), cls="ip-warning")
    )
