"""The items of a workspace, as a look through it finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from platforms.planning.data_faults import DataFault

__all__ = ["Completeness", "State", "WorkspaceItem"]

State = Literal["ok", "missing", "wrong", "sample"]


@dataclass(frozen=True)
class WorkspaceItem:
    """One thing that a workspace has, or may have.

    Attributes
    ----------
    id
        Name of the item; of a layer its own.
    state
        ``ok``, ``missing``, ``wrong`` or ``sample`` (made up).
    needed
        Whether nothing works without it.
    title, detail, what_for, next_step
        Words in the current language; ``next_step`` is empty where nothing is to be done.
    file
        Where it stands, from the workspace's folder.
    rows
        Rows of a layer; None for anything else.
    faults
        What is wrong, each with its file and, where there is one, its row.
    """

    id: str
    state: State
    needed: bool
    title: str
    detail: str
    what_for: str
    next_step: str
    file: str
    rows: int | None = None
    faults: tuple[DataFault, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the item as ``platforms check --json`` lists it."""
        return {
            "id": self.id,
            "state": self.state,
            "needed": self.needed,
            "title": self.title,
            "file": self.file,
            "rows": self.rows,
            "detail": self.detail,
            "what_for": self.what_for,
            "next_step": self.next_step,
            "errors": [fault.to_json() for fault in self.faults],
        }


@dataclass(frozen=True)
class Completeness:
    """How far a workspace is.

    Attributes
    ----------
    workspace, name, county_code
        Of the workspace: what it is called, the county, its code.
    items
        In the order in which a person fills them.
    """

    workspace: str
    name: str
    county_code: str
    items: tuple[WorkspaceItem, ...]

    @property
    def wrong(self) -> bool:
        """Whether anything is wrong; what is missing is not."""
        return any(item.state == "wrong" for item in self.items)

    @property
    def counts(self) -> dict[str, int]:
        """Number of items of each state."""
        states = ("ok", "missing", "wrong", "sample")
        return {state: sum(item.state == state for item in self.items) for state in states}

    def to_json(self) -> dict[str, object]:
        """Return what ``platforms check --workspace NAME_OR_DIR --json`` prints."""
        return {
            "workspace": self.workspace,
            "name": self.name,
            "county_code": self.county_code,
            "counts": self.counts,
            "items": [item.to_json() for item in self.items],
        }
