"""How a plot was judged, as a tree that folds.

The lines are those of ``platforms assess --explain``, word for word: the tree comes from
:func:`platforms.explain`, and nothing is shortened or judged here. A rule that hits stands
open; the parameters of a condition unfold under it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

import platforms as ip
from platforms import messages
from platforms.app.markup import Html, el
from platforms.app.scene import Scene

__all__ = ["Explained", "Node", "explained", "tree"]


class Node(Protocol):
    """A line of the tree, as :func:`platforms.explain` gives it."""

    @property
    def text(self) -> str: ...  # noqa: D102 a member of the protocol
    @property
    def result(self) -> str: ...  # noqa: D102
    @property
    def parameters(self) -> Sequence[Mapping[str, object]]: ...  # noqa: D102
    @property
    def parts(self) -> Sequence[Node]: ...  # noqa: D102


class Explained(Protocol):
    """How one plot was judged, as :func:`platforms.explain` gives it."""

    @property
    def plot_id(self) -> str: ...  # noqa: D102
    @property
    def verdict_title(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def day(self) -> dt.date: ...  # noqa: D102
    @property
    def rules(self) -> Sequence[Node]: ...  # noqa: D102
    @property
    def dormant(self) -> Sequence[Mapping[str, object]]: ...  # noqa: D102
    @property
    def measure(self) -> Mapping[str, str] | None: ...  # noqa: D102


def explained(scene: Scene, plot_id: str) -> Explained:
    """Return how a plot of the scene was judged, in the current language.

    Raises
    ------
    InputError
        For an id that no plot has, or more than one.
    """
    titles = {one.id: one.title for one in scene.run.workspace.plan.documents}
    return ip.explain(scene.run.plots, scene.run.pack, plot_id, documents=titles)


def tree(told: Explained) -> Html:
    """Return the tree with its heading.

    Parameters
    ----------
    told
        What :func:`explained` gave.
    """
    head = messages.text(
        "policy.trace.head", None, plot=told.plot_id, verdict=told.verdict_title, pack=told.title
    )
    return el(
        "section",
        el("h4", messages.text("app.detail.trace")),
        el("p", head, cls="ip-trace-head"),
        *(_node(rule, opened=rule.result == "hit") for rule in told.rules),
        *(el("p", str(rule["text"]), cls="ip-dormant") for rule in told.dormant),
        _measure(told.measure),
        cls="ip-trace",
    )


def _node(node: Node, *, opened: bool) -> Html:
    """Return a line with what lies under it; a line with nothing under it does not fold."""
    result = messages.text(f"policy.result.{node.result}")
    line = el("span", el("b", result, cls=f"ip-{node.result}"), node.text)
    below = [el("p", str(one["text"]), cls="ip-parameter") for one in node.parameters]
    below += [el("div", _node(part, opened=bool(part.parts)), cls="ip-step") for part in node.parts]
    if not below:
        return line
    return el("details", el("summary", line), *below, open="open" if opened else "")


def _measure(named: Mapping[str, str] | None) -> Html | None:
    if named is None:
        return None
    words = {
        "measure": messages.text(f"policy.measure.{named['measure']}"),
        "reason": named["reason"],
        "basis": messages.text(f"policy.basis.{named['basis']}"),
    }
    return el("p", messages.text("policy.reason_measure", None, **words), cls="ip-trace-measure")
