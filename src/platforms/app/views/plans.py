"""规划文件: what the documents compare, order to be done, and where they do not agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import platforms as ip
from platforms import messages
from platforms.app import state
from platforms.app.guard import guard
from platforms.app.plans.differences_part import show_differences
from platforms.app.plans.figures_part import show_figures
from platforms.app.plans.lists_part import show_lists
from platforms.app.plans.work_part import show_work
from platforms.app.strange import tell_strange

_PARTS: Mapping[str, Callable[[ip.Workspace], None]] = {
    "work": show_work,
    "figures": show_figures,
    "lists": show_lists,
    "differences": show_differences,
}


def page() -> None:
    """Draw the page."""
    tell_strange({"view": _PARTS})
    part = state.choice(
        "view",
        messages.text("plans_page.choose"),
        list(_PARTS),
        lambda name: messages.text(f"plans_page.part.{name}"),
    )
    with guard():
        _PARTS[part](state.workspace())
