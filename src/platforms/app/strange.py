"""What the address names and the data does not hold: said, and not repaired in silence.

The pages write the address anew as they are drawn, so what was strange in it is kept for the
visit until something else is asked for by the same name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el

__all__ = ["forget_strange", "tell_strange"]

_KEPT = "strange"
_NAMED = 3


def tell_strange(known: Mapping[str, Collection[str]]) -> None:
    """Say which values of the address are in no data; called before the address is written.

    Parameters
    ----------
    known
        The values that there are, by the name in the address.
    """
    kept: dict[str, list[str]] = st.session_state.setdefault(_KEPT, {})
    for name, values in known.items():
        asked = st.query_params.get_all(name)
        if asked:
            kept[name] = [one for one in asked if one not in values]
    names = [f"{name}={one[:40]}" for name in known for one in kept.get(name, [])[:_NAMED]]
    # there also when it is empty: what stands below keeps its place
    with st.container():
        if names:
            told = messages.text("app.strange_address", names=names)
            markup.show(el("p", told, cls="ip-warning", role="status"))


def forget_strange() -> None:
    """Forget what was strange: another page is looked at."""
    st.session_state.pop(_KEPT, None)
