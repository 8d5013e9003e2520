"""规划文件: what the documents compare, order to be done, and where they do not agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import platforms as ip
from platforms import messages
from platforms.app import opened, state
from platforms.app.guard import guard
from platforms.app.plans.differences_part import show_differences
from platforms.app.plans.figures_part import show_figures
from platforms.app.plans.lists_part import LISTS, show_lists
from platforms.app.plans.work_part import show_work
from platforms.app.strange import tell_strange

_PARTS: Mapping[str, Callable[[ip.Workspace], None]] = {
    "work": show_work,
    "figures": show_figures,
    "lists": show_lists,
    "differences": show_differences,
}
# the layers of which each part is made
_MADE_OF: Mapping[str, Sequence[str]] = {
    "work": ("tasks", "measures", "key_tasks"),
    "figures": ("comparisons", "indicator_history"),
    "lists": LISTS,
    "differences": ("contradictions",),
}


def _parts(city: ip.Workspace) -> list[str]:
    """Return the parts that the city's documents fill; all of them where they fill none."""
    filled = [
        part
        for part in _PARTS
        if any(city.has(name) and not city.table(name).empty for name in _MADE_OF[part])
    ]
    return filled or list(_PARTS)


def page() -> None:
    """Draw the page."""
    parts = _parts(opened.workspace())
    tell_strange({"view": parts})
    part = state.choice(
        "view",
        messages.text("plans_page.choose"),
        parts,
        lambda name: messages.text(f"plans_page.part.{name}"),
    )
    with guard():
        _PARTS[part](opened.workspace())
