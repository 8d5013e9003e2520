"""Writing on the chosen plots, and what is shown when somebody else was quicker.

What is written stands on the versions that were looked at. Where a row has moved on nothing is
written: both sides are shown field by field, and the visitor decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.ledger.drafts import draft_of, forget_draft, keep_draft
from platforms.app.ledger.editor import (
    act,
    ask_first,
    barred,
    conflict,
    may_write,
    resets,
    start_over,
    who,
)
from platforms.app.markup import Html, el
from platforms.units import printed

__all__ = ["chosen_head", "forget_wanted", "show_conflict", "show_form", "show_newer"]

_SHOWN = 12
_WANTED, _PRESSED = "ledger-wanted", "ledger-pressed"
_FIELDS = ("step", "unit", "due", "note", "why")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def show_form(ledger: ip.Ledger, seen: pd.DataFrame, titles: Mapping[str, str]) -> None:
    """Show the form for the chosen plots.

    Parameters
    ----------
    ledger
        Where it is written.
    seen
        The plots as they were when they were chosen; at least one.
    titles
        Title of each step.
    """
    one = seen.iloc[0] if len(seen) == 1 else None
    # a box keeps the words that it has: another language is another box
    at = _key_of(seen)
    steps = list(titles) if one is not None else ["", *titles]
    if one is not None and one["step"] not in titles:
        steps.insert(0, str(one["step"]))
    stored = {name: "" if one is None else str(one[name]) for name in _FIELDS[:-1]} | {"why": ""}
    draft = draft_of(seen["plot_id"])
    begun = f"ledger-begun-{at}"
    if f"ledger-step-{at}" not in st.session_state or begun not in st.session_state:
        st.session_state[begun] = dict(stored if draft is None else draft.given)
    # given as defaults, the same as long as the boxes stand: what is only set in the session does
    # not reach a browser that draws the next run, and it would answer with empty boxes
    first = st.session_state[begun]
    keep = partial(_keep, seen, stored, at)
    hint = "" if one is not None else _t("keep_as_is")
    # nobody is to type what will be refused
    shut = bool(barred())
    # no form: what is typed in one is not known here when another row is ticked
    with st.container(key="ledger-form"):
        left, right = st.columns(2, gap="small")
        left.selectbox(
            messages.text("ledger.column.step"), steps, key=f"ledger-step-{at}", on_change=keep,
            disabled=shut,
            index=steps.index(first["step"]) if first["step"] in steps else 0,
            format_func=lambda step: titles.get(step, step) or _t("keep_as_is"),
        )  # fmt: skip
        right.text_input(
            messages.text("ledger.column.due"), first["due"], placeholder=hint or _t("day_hint"),
            key=f"ledger-due-{at}", max_chars=20, on_change=keep, disabled=shut,
        )  # fmt: skip
        st.text_input(
            messages.text("ledger.column.unit"), first["unit"], placeholder=hint,
            key=f"ledger-unit-{at}", max_chars=200, on_change=keep, disabled=shut,
        )  # fmt: skip
        st.text_area(
            messages.text("ledger.column.note"), first["note"], placeholder=hint,
            key=f"ledger-note-{at}", height=70, max_chars=10_000, on_change=keep, disabled=shut,
        )  # fmt: skip
        st.text_input(_t("why"), first["why"], placeholder=_t("why_hint"), key=f"ledger-why-{at}",
                      max_chars=2000, on_change=keep, disabled=shut)  # fmt: skip
        pressed = st.button(
            _t("save", count=len(seen)), type="primary", disabled=not may_write(),
            key=f"ledger-save-{at}", on_click=partial(_save, ledger, seen, at),
        )  # fmt: skip
        with st.container():
            if pressed and st.session_state.pop(_PRESSED, None) != at:
                # a server that began anew does not know yet what the button does
                markup.show(el("p", _t("press_again"), cls="ip-warning", role="alert"))
    # also what a browser brought along to a server that began anew
    keep()
    ask_first()


def _key_of(seen: pd.DataFrame) -> str:
    """Return what the boxes of a form are called.

    It is the same on a server that began anew, so that a browser which comes back to it brings
    along what was typed; it is another once the plots were written.
    """
    stand = [f"{row['plot_id']} {row['version']}" for row in seen.to_dict("records")]
    told = "\n".join([messages.language(), str(resets()), *sorted(stand)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _keep(seen: pd.DataFrame, stored: Mapping[str, str], at: str) -> None:
    keep_draft(
        seen, {name: str(st.session_state[f"ledger-{name}-{at}"]) for name in _FIELDS}, stored
    )


def chosen_head(seen: pd.DataFrame, titles: Mapping[str, str]) -> Html:
    """Return what is chosen: the facts of one plot, or the names of several."""
    if len(seen) > 1:
        names = "、".join(seen["plot_id"].head(_SHOWN)) + ("…" if len(seen) > _SHOWN else "")
        return el("div", el("h3", _t("several", count=len(seen))),
                  el("p", names, cls="ip-note"))  # fmt: skip
    one = seen.iloc[0]
    mu = messages.text("ledger.unit.mu")
    facts = [
        ("firm_name", one["firm_name"]), ("town", one["town"]),
        ("area_mu", f"{printed(one['area_mu'])} {mu}"),
        ("reclaimable_mu", f"{printed(one['reclaimable_mu'])} {mu}"),
        ("verdict", ip.ledger_words("verdict", one["verdict"], titles)),
        ("changed_by", _t("by_at", who=one["changed_by"],
                          at=ip.ledger_words("changed_at", one["changed_at"], titles))),
    ]  # fmt: skip
    cells = [
        part
        for name, value in facts
        if value
        for part in (el("dt", messages.text(f"ledger.column.{name}")), el("dd", value))
    ]
    marks = [messages.text(f"ledger.column.{name}") for name in ("absent",) if one[name]]
    title = el("h3", one["plot_id"], markup.badges(marks))
    return el("div", title, el("dl", *cells, cls="ip-facts"))


def _save(ledger: ip.Ledger, seen: pd.DataFrame, at: str) -> None:
    st.session_state[_PRESSED] = at
    given = {name: str(st.session_state[f"ledger-{name}-{at}"])
             for name in ("step", "unit", "due", "note")}  # fmt: skip
    several = len(seen) > 1
    edits = []
    for row in seen.to_dict("records"):
        fields = {
            name: value
            for name, value in given.items()
            # of several plots, what is left empty stays as it is
            if (value.strip() if several else value.strip() != row[name])
        }
        edits.append(ip.LedgerEdit(str(row["plot_id"]), fields, int(row["version"])))
    _write(ledger, edits, str(st.session_state[f"ledger-why-{at}"]))


def _write(ledger: ip.Ledger, edits: Sequence[ip.LedgerEdit], why: str) -> None:
    moved = [0]
    # kept, in case somebody was quicker
    st.session_state[_WANTED] = (list(edits), why)

    def work() -> None:
        moved[0] = ledger.set([one for one in edits if one.fields], by=who(), why=why)

    def told() -> str:
        return _t("saved", count=moved[0]) if moved[0] else _t("nothing")

    if act(told, work, place="form"):
        forget_draft(one.plot_id for one in edits)


def show_newer(seen: pd.DataFrame, now: pd.DataFrame) -> None:
    """Say that chosen plots were changed by somebody since they were chosen."""
    both = seen.merge(now, on="plot_id", suffixes=("", "_now"))
    moved = both[both["version"].ne(both["version_now"])]
    if moved.empty or conflict() is not None:
        return
    told = _t("newer", who=sorted(set(moved["changed_by_now"])), names=list(moved["plot_id"][:5]))
    markup.show(el("p", told, cls="ip-warning"))
    st.button(_t("reload"), on_click=partial(_let_go, list(seen["plot_id"])), key="ledger-reload")


def show_conflict(ledger: ip.Ledger, titles: Mapping[str, str]) -> None:
    """Show what stands against the last act, field by field, and let the visitor decide."""
    held = conflict()
    if held is None:
        return
    told, rows = held
    one = len({row["key"] for row in rows}) == 1
    names = (
        ("field", "base", "theirs", "ours") if one else ("plot", "field", "base", "theirs", "ours")
    )
    head = [_t(f"conflict.{name}") for name in names]
    lines = [el("tr", *(el("th", name, scope="col") for name in head))]
    for row in rows:
        field = str(row["field"])
        words = {side: ip.ledger_words(field, row[side], titles) or "—"
                 for side in ("base", "theirs", "ours")}  # fmt: skip
        by = _by(row, titles) if row["theirs"] != row["base"] else None
        # what was not touched stays as it is, whatever it was then
        ours = el("b", words["ours"]) if row["mine"] else el("span", _t("keep_as_is"))
        title = ip.ledger_words("field", field, titles)
        theirs = el("td", words["theirs"], by)
        lines.append(
            el(
                "tr",
                None if one else el("td", row["key"]),
                el("td", title),
                el("td", words["base"]),
                theirs,
                el("td", ours),
            )
        )
    table = el("table", *lines, cls="ip-numbers ip-conflict")
    markup.show(
        el("div", el("b", _t("conflict.title")), el("p", told), cls="ip-error", role="alert")
    )
    markup.show(el("div", table, cls="ip-scroll"))
    with st.container(horizontal=True, key="ledger-conflict-choice"):
        st.button(_t("conflict.drop"), on_click=_drop, key="ledger-drop", type="primary")
        # what was to be undone is not to be written by force
        if st.session_state.get(_WANTED) is not None:
            st.button(
                _t("conflict.insist"), key="ledger-insist", disabled=not may_write(),
                on_click=partial(_insist, ledger, rows),
            )  # fmt: skip


def _drop() -> None:
    edits, _ = st.session_state.get(_WANTED) or ((), "")
    _let_go([one.plot_id for one in edits])


def _let_go(plot_ids: Sequence[str]) -> None:
    forget_draft(plot_ids)
    start_over()


def _by(row: Mapping[str, object], titles: Mapping[str, str]) -> Html | None:
    if not row["who"]:
        return None
    at = ip.ledger_words("at", pd.Timestamp(str(row["at"])), titles)
    why = f" · {row['why']}" if row["why"] else ""
    return el("small", _t("by_at", who=row["who"], at=at), why)


def _insist(ledger: ip.Ledger, rows: Sequence[Mapping[str, object]]) -> None:
    """Write what the visitor wanted on what holds now, having seen both."""
    edits, why = st.session_state[_WANTED]
    now = {str(row["key"]): int(str(row["version_now"])) for row in rows}
    again = [
        ip.LedgerEdit(one.plot_id, one.fields, now.get(one.plot_id, one.version)) for one in edits
    ]
    _write(ledger, again, why or _t("conflict.why"))


def forget_wanted() -> None:
    """Forget what was to be written: what comes next is another act."""
    st.session_state.pop(_WANTED, None)
