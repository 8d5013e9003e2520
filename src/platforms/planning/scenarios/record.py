"""A scenario: one answer with all that went into it, which nothing changes any more.

Its id is a hash over what it holds, so the same inputs, parameters and results have the same id
wherever and whenever they were computed. Words that depend on the reader's language (``WORDS``)
are carried along but are no part of the id, and neither are times. What people say about a
scenario (its name, notes, a lock) stands apart, in :class:`Kept`.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import pandas as pd

from platforms.planning.scenarios.fingerprint import table_hash
from platforms.version import VERSION

__all__ = ["KINDS", "WORDS", "Held", "Input", "Kept", "Scenario", "content_id", "make_scenario"]

KINDS = ("run", "relocation", "portfolio", "siting")
# columns that are said in the language of whoever computed them
WORDS = ("reason", "platform_group")

_ID_DIGITS = 16

Value = TypeVar("Value")


class Held(Mapping[str, Value], Generic[Value]):
    """A mapping that gives out copies: what is kept is changed by nobody.

    A table is copied when it is written to, so looking at one costs nothing.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Value:
        """Return a copy of one value."""
        value = self._values[name]
        if isinstance(value, pd.DataFrame):
            return value.copy(deep=False)
        return copy.deepcopy(value)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return the number of names."""
        return len(self._values)

    def __repr__(self) -> str:
        """List what is held; a table by its size."""
        told = {k: v.shape if isinstance(v, pd.DataFrame) else v for k, v in self._values.items()}
        return f"Held({told})"


@dataclass(frozen=True)
class Input:
    """What went into an answer.

    Attributes
    ----------
    name
        ``plots``, ``firms``, ``parks``, ``rules``, ``constraints``, ``project``, …
    sha256
        Of the content, hexadecimal; a path is no part of it.
    rows
        Number of rows; None where it is no table.
    source
        File or layer as the user knows it.
    sample
        Whether it is sample data.
    """

    name: str
    sha256: str
    rows: int | None
    source: str
    sample: bool


@dataclass(frozen=True, eq=False)
class Scenario:
    """An answer with what went in; made by :func:`platforms.scenario_of`.

    Attributes
    ----------
    scenario_id
        16 hexadecimal digits over kind, workspace, inputs, parameters and results.
    kind
        ``run``, ``relocation``, ``portfolio`` or ``siting``.
    workspace
        Name of the workspace.
    inputs
        What went in.
    parameters
        What was asked, JSON-ready, by name.
    figures
        Headline figures with the unit in their names; None unknown.
    tables
        Results by name, EPSG:4490 where they have shapes.
    version
        Version of the product that computed it.
    sample
        Whether an input is sample data.
    """

    scenario_id: str
    kind: str
    workspace: str
    inputs: tuple[Input, ...]
    parameters: Mapping[str, object]
    figures: Mapping[str, float | None]
    tables: Mapping[str, pd.DataFrame]
    version: str = VERSION
    sample: bool = False

    def __post_init__(self) -> None:
        for name in ("parameters", "figures", "tables"):
            given = getattr(self, name)
            held = given if isinstance(given, Held) else Held(given)
            object.__setattr__(self, name, held)

    def __eq__(self, other: object) -> bool:
        """Say whether two scenarios hold the same."""
        return isinstance(other, Scenario) and self.scenario_id == other.scenario_id

    def __hash__(self) -> int:
        """Return the hash of the id."""
        return hash(self.scenario_id)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return one of its tables."""
        return self.tables[table]


@dataclass(frozen=True)
class Kept:
    """A scenario as a store holds it.

    Attributes
    ----------
    scenario
        What was kept.
    name, note
        What it is called, and what is said about it.
    author
        Who kept it.
    created_at
        When, UTC.
    locked
        Whether it may be renamed or removed.
    parent
        ``key`` of what it was copied from or follows; None for neither.
    key
        Its own key: a copy of the same content has another.
    """

    scenario: Scenario
    name: str
    note: str
    author: str
    created_at: datetime
    locked: bool
    parent: str | None
    key: str = ""


def make_scenario(
    kind: str,
    workspace: str,
    *,
    inputs: tuple[Input, ...],
    parameters: Mapping[str, object],
    figures: Mapping[str, float | None],
    tables: Mapping[str, pd.DataFrame],
) -> Scenario:
    """Make a scenario and its id.

    Parameters
    ----------
    kind, workspace, inputs, figures
        As the attributes of :class:`Scenario`.
    parameters
        JSON-ready; kept by name in order.
    tables
        Results, as :func:`platforms.planning.scenarios.fingerprint.settled` gives them.

    Returns
    -------
    scenario
        With its id; ``sample`` where one of the inputs is.
    """
    ordered = {name: parameters[name] for name in sorted(parameters)}
    found = Scenario(
        "", kind, workspace, inputs, ordered, figures, tables,
        sample=any(one.sample for one in inputs),
    )  # fmt: skip
    object.__setattr__(found, "scenario_id", content_id(found))
    return found


def content_id(scenario: Scenario) -> str:
    """Return the id that the content of a scenario has."""
    told = {
        "kind": scenario.kind,
        "workspace": scenario.workspace,
        "inputs": [[one.name, one.sha256, one.rows, one.sample] for one in scenario.inputs],
        "parameters": dict(scenario.parameters),
        "figures": dict(scenario.figures),
        "tables": {
            name: table_hash(table, without=WORDS) for name, table in scenario.tables.items()
        },
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS]
