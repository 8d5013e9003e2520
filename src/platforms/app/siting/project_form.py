"""The form of a new project: typed, or read from the file that the command line takes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.guard import guard
from platforms.app.journal import noted_upload
from platforms.app.markup import el
from platforms.app.siting.wish import AMONG, NUMBERS, Wish, forget_wish, read_wish, take, turn

__all__ = ["show_form"]

_POLLUTING = ("", "false", "true")
_STEPS: Mapping[str, float] = {
    "land_mu": 5.0, "floor_m2": 1000.0, "energy_tce": 100.0, "value_added_wan": 500.0,
    "investment_wan": 1000.0, "tax_wan": 100.0,
}  # fmt: skip
# must be above nothing, as the library wants them
_ABOVE = {"land_mu", "floor_m2", "value_added_wan"}
_TYPED = "siting-file-seen"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"siting_page.{entry}", None, **fields)


def show_form(city: ip.Workspace, wish: Wish | None, *, plots: bool) -> None:
    """Show the form; what is sent becomes what the session looks for.

    Parameters
    ----------
    city
        The workspace, whose method names the industries.
    wish
        What is looked for now; None for an empty form.
    plots
        Whether there are plots to choose from.
    """
    given = wish or Wish(())
    with st.form(f"siting-{turn()}", border=True):
        fields = _project(city, given) | _numbers(given)
        left, day, middle, right = st.columns(
            [1.8, 0.9, 1.4, 0.8], gap="small", vertical_alignment="bottom"
        )
        with left:
            suppliers = st.text_input(
                _t("suppliers"), given.text("suppliers"), help=_t("suppliers_help"),
                placeholder=_t("suppliers_form"), key=_key("suppliers"),
            )  # fmt: skip
        with day:
            date = st.text_input(
                _t("date"), given.text("date"), help=_t("date_help"), max_chars=10,
                placeholder=_t("unknown"), key=_key("date"),
            )  # fmt: skip
        with middle:
            among = st.selectbox(
                _t("among"), AMONG if plots else AMONG[-1:],
                index=AMONG.index(given.among) if plots else 0,
                format_func=lambda name: _t(f"among_is.{name}"), key=_choice_key("among"),
            )  # fmt: skip
        with right:
            sent = st.form_submit_button(_t("rank"), type="primary", width="stretch")
    if sent:
        texts = {**fields, "date": date.strip(), "suppliers": suppliers.strip()}
        take(Wish(tuple((name, text) for name, text in texts.items() if text), str(among)))
        st.rerun()
    _show_file(given)


def _project(city: ip.Workspace, given: Wish) -> dict[str, str]:
    known = {one.code: f"{one.code} {one.name}" for one in ip.siting_method(city).industries}
    typed = given.text("industry")
    codes = {name.split(None, 1)[1]: code for code, name in known.items()}
    typed = codes.get(typed, typed)
    options = list(known) if not typed or typed in known else [*known, typed]
    one, two, three, four = st.columns([1.3, 1.6, 1.1, 1], gap="small", vertical_alignment="bottom")
    with one:
        name = st.text_input(_t("name"), given.text("name"), max_chars=100, key=_key("name"))
    with two:
        industry = st.selectbox(
            _t("industry"), options, index=options.index(typed) if typed else None,
            format_func=lambda code: known.get(code, code), accept_new_options=True,
            placeholder=_t("industry_choose"), help=_t("industry_help"),
            key=_choice_key("industry"),
        )  # fmt: skip
    plans = _plan_industries(city)
    with three:
        planned = st.selectbox(
            _t("planned"), list(plans), format_func=lambda code: plans.get(code, code),
            index=_at(list(plans), given.text("plan_industry")), help=_t("planned_help"),
            key=_choice_key("planned"),
        )  # fmt: skip
    with four:
        polluting = st.selectbox(
            _t("polluting"), _POLLUTING, index=_at(_POLLUTING, given.text("polluting").lower()),
            format_func=lambda value: _t(f"polluting_is.{value or 'unknown'}"),
            key=_choice_key("polluting"),
        )  # fmt: skip
    return {
        "name": name.strip(), "industry": str(industry or "").strip(),
        "plan_industry": str(planned or ""), "polluting": str(polluting),
    }  # fmt: skip


def _plan_industries(city: ip.Workspace) -> dict[str, str]:
    """Return the industries of the plan's own table, the open choice first."""
    rows = city.table("industries") if city.has("industries") else None
    named = {} if rows is None else dict(zip(rows["industry_id"], rows["name"], strict=True))
    return {"": _t("planned_open"), **named}


def _at(options: list[str] | tuple[str, ...], value: str) -> int:
    return options.index(value) if value in options else 0


def _numbers(given: Wish) -> dict[str, str]:
    texts = {}
    for column, name in zip(st.columns(len(NUMBERS), gap="small"), NUMBERS, strict=True):
        with column:
            value = st.number_input(
                _t(f"number.{name}"), value=_number(given.text(name)), step=_STEPS[name],
                min_value=0.0, format="%.6g", placeholder=_t("unknown"), key=_key(name),
            )  # fmt: skip
        texts[name] = "" if value is None else f"{value:.10g}"
    return texts


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _key(name: str) -> str:
    return f"siting-{name}-{turn()}"


def _choice_key(name: str) -> str:
    # a browser sends the word that it showed: a box in another language is another box
    return f"{_key(name)}-{messages.language()}"


def _show_file(given: Wish) -> None:
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with left, st.expander(_t("file"), icon=":material/upload_file:"):
        markup.show(el("p", _t("about.file"), cls="ip-note"))
        held = st.file_uploader(_t("file"), type=["yaml", "yml", "csv", "tsv", "xlsx"],
                                key="siting-file", label_visibility="collapsed")  # fmt: skip
        if held is None:
            st.session_state.pop(_TYPED, None)
        elif st.session_state.get(_TYPED) != held.file_id:
            with guard():
                noted_upload(held.name, held.getvalue())
                # a file that is refused is read, and refused in words, for as long as it lies there
                wish = read_wish(held.name, held.getvalue(), given.among)
                st.session_state[_TYPED] = held.file_id
                take(wish)
                st.rerun()
    with right:
        st.button(_t("clear"), on_click=forget_wish, width="stretch", key="siting-clear")
