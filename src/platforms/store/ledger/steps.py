"""The steps that a plot goes through, and their order: data, not code.

The shipped file is ``layers/national/ledger/steps.yaml``; a workspace replaces it whole with
``ledger/steps.yaml`` of its layers folder. A plot keeps a step that the file no longer has.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.errors import InputError, UnknownWorkspaceError
from platforms.layers.cards import Text
from platforms.layers.workspace import find_workspace
from platforms.layers.yaml_file import read_model
from platforms.policy.workspace import national_folder

__all__ = ["LedgerStep", "LedgerSteps", "ledger_steps"]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class LedgerStep(_Written):
    """One step."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name in files and commands."""
    title: Text
    """Name that users read."""
    takes: tuple[str, ...] = ()
    """Verdicts with which a plot enters the ledger at this step."""
    closed: bool = False
    """Whether nothing is left to do: a plot here is never overdue."""
    approve: bool = False
    """Whether a plot comes here, or leaves, by an approver only; asked where there are members."""
    note: str | None = None
    """What it means."""


class LedgerSteps(_Written):
    """The steps in their order."""

    method: str
    """Name of the table."""
    title: Text
    """Name that users read."""
    official: bool
    """Whether a document gives the steps."""
    date: dt.date
    """Day of the table."""
    note: str | None = None
    """What a reader should know."""
    steps: tuple[LedgerStep, ...] = Field(min_length=2)
    """From the first to the last."""

    @model_validator(mode="after")
    def _sound(self) -> LedgerSteps:
        taken = [verdict for step in self.steps for verdict in step.takes]
        for found in (list(self.ids), taken):
            if len(set(found)) < len(found):
                raise ValueError(f"stands twice: {sorted(found)}")
        if not self.steps[-1].closed:
            raise ValueError("the last step is closed")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the steps in their order."""
        return tuple(step.id for step in self.steps)

    @property
    def closed(self) -> frozenset[str]:
        """Steps at which nothing is left to do."""
        return frozenset(step.id for step in self.steps if step.closed)

    @property
    def approved(self) -> frozenset[str]:
        """Steps to which, and from which, only an approver moves a plot."""
        return frozenset(step.id for step in self.steps if step.approve)

    def title_of(self, step: str | None) -> str:
        """Return what users read for a step; one that is not known stands as it is."""
        return next((str(one.title) for one in self.steps if one.id == step), step or "")

    def rank(self, step: str | None) -> int:
        """Return the place of a step, from 0; -1 for one that is not known."""
        return self.ids.index(step) if step in self.ids else -1

    def entry(self, verdict: str) -> str | None:
        """Return the step at which a plot of a verdict enters; None for none."""
        return next((step.id for step in self.steps if verdict in step.takes), None)

    def named(self, words: object) -> str:
        """Return the step that a user names by its id or by its title in either language.

        Raises
        ------
        InputError
            Lists the steps.
        """
        said = str(words).strip()
        for step in self.steps:
            if said.casefold() in {step.id, step.title.zh, step.title.en.casefold()}:
                return step.id
        known = [f"{step.id}（{step.title}）" for step in self.steps]
        raise InputError("ledger.step_unknown", step=said, known=known)


def ledger_steps(workspace: str | None = None) -> LedgerSteps:
    """Return the steps of a workspace.

    Parameters
    ----------
    workspace
        Its name or folder; one that is not known has the shipped steps.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    shipped = national_folder().parent / "ledger" / "steps.yaml"
    try:
        own = find_workspace(workspace)[2] / "ledger" / "steps.yaml" if workspace else None
    except UnknownWorkspaceError:
        own = None
    path = own if own is not None and own.is_file() else shipped
    return read_model(Path(path), LedgerSteps)
