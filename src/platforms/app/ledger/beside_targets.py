"""The targets of the plans beside what the ledger records as done (对账)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.ledger.stands import Stand
from platforms.app.markup import el
from platforms.app.wording import unit_of

__all__ = ["ledger_beside_targets", "show_targets"]

_BY = ("town", "platform", "unit", "quarter", "year")
_HEIGHT, _MANY = 320, 9
# what its sheet has and the page says once, above
_LEFT_OUT = ("at_step", "by")
# by language: what was put into words last, with what it was made of
_TOLD: dict[str, tuple[ip.Recorded, ip.Workspace, dict[str, str], ip.RecordedTables]] = {}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"recorded.{entry}", None, **fields)


def ledger_beside_targets(
    store: ip.Store, city: ip.Workspace, titles: Mapping[str, str]
) -> ip.RecordedTables:  # fmt: skip
    """Return what the ledger records beside the targets, under headings for readers."""
    return ip.recorded_tables(ip.ledger_targets(store, city), city.plan, titles)


def show_targets(store: ip.Store, titles: Mapping[str, str], stand: Stand) -> None:
    """Show what is planned, recorded as done and left of each target, and what is done where.

    ``stand`` is what the page has read of the ledger.
    """
    city = opened.workspace()
    if not city.has("targets"):
        return
    found, _ = stand.once(
        "recorded",
        city.fingerprint,
        lambda: (ip.ledger_targets(store, city, plots=stand.plots), city),
    )
    told = _told(found, city, titles)
    markup.show(el("h4", _t("title"), cls="ip-h4"), el("p", told.about, cls="ip-note"))
    if told.targets.empty:
        markup.show(el("p", _t("page.none_answered"), cls="ip-note"))
    else:
        key = (city.fingerprint, tuple(titles.items()))
        _draw(
            stand.once(f"targets {messages.language()}", key, lambda: _targets(found, told, titles))
        )
    with st.expander(_t("page.shares"), key="ledger-shares"):
        _show_shares(found, told.shares, titles)
    if len(told.unanswered):
        with st.expander(_t("page.unanswered", count=len(told.unanswered)), key="ledger-silent"):
            _show(told.unanswered)


def _told(found: ip.Recorded, city: ip.Workspace, titles: Mapping[str, str]) -> ip.RecordedTables:
    """Return the tables of what is recorded; every press on the page asks for the same again."""
    lang, named = messages.language(), dict(titles)
    held = _TOLD.get(lang)
    if held is not None and held[0] is found and held[1] is city and held[2] == named:
        return held[3]
    told = ip.recorded_tables(found, city.plan, titles)
    _TOLD[lang] = found, city, named, told
    return told


def _targets(
    found: ip.Recorded, told: ip.RecordedTables, titles: Mapping[str, str]
) -> pd.DataFrame:  # fmt: skip
    silent = list(found.targets.loc[found.targets["measure"].notna(), "reported"].isna())
    return _read(_unknown(told.targets, silent, [titles[one] for one in found.reached.steps]))


def _read(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with numbers as they are read, and units in the page's language."""
    shown = table.map(lambda cell: ip.target_number(cell) if isinstance(cell, float) else cell)
    unit = _t("column.unit")
    if unit in shown:
        shown[unit] = shown[unit].map(unit_of)
    return shown


def _show(table: pd.DataFrame) -> None:
    _draw(_read(table))


def _draw(shown: pd.DataFrame) -> None:
    st.dataframe(shown, hide_index=True, placeholder="",
                 height=_HEIGHT if len(shown) > _MANY else "content")  # fmt: skip


def _unknown(table: pd.DataFrame, silent: list[bool], steps: list[str]) -> pd.DataFrame:
    """Write in so many words that nothing is known: an empty cell could be taken for nought."""
    shown = table.astype(object)
    columns = [_t("column.step", step=step) for step in steps]
    shown.loc[silent, columns] = _t("unknown")
    # a phone shows the first columns: what a target asks for, not its number
    number = _t("column.target_id")
    return shown[[*(name for name in shown if name != number), number]]


def _show_shares(found: ip.Recorded, shares: pd.DataFrame, titles: Mapping[str, str]) -> None:
    done, steps = found.reached.done, list(found.reached.steps)
    with st.container(horizontal=True, key="ledger-shares-by"):
        lang = messages.language()
        # a browser sends the word that it showed: a box in another language is another box
        step = st.selectbox(
            _t("column.at_step"), steps, index=steps.index(done), key=f"ledger-shares-step-{lang}",
            format_func=lambda one: titles[one],
        )  # fmt: skip
        by = st.selectbox(_t("page.by"), _BY, format_func=lambda one: _t(f"by.{one}"),
                          key=f"ledger-shares-of-{lang}")  # fmt: skip
    rows = found.shares["step"].eq(step) & found.shares["by"].eq(by) & found.shares["plots"].gt(0)
    if not rows.any():
        markup.show(el("p", _t("page.nothing", step=titles[step]), cls="ip-note"))
        return
    kept = shares[rows.to_numpy()].drop(columns=[_t(f"column.{name}") for name in _LEFT_OUT])
    if kept[_t("column.all_plots")].isna().all():
        kept = kept.drop(columns=[_t("column.all_plots"), _t("column.all_mu")])
    _show(kept.rename(columns={_t("column.name"): _t(f"by.{by}")}))
