"""The ledger of a workspace: who does what with which plot by when.

Nothing is ever taken out of it, and nothing is overwritten unseen: a change that was made on
an older version is refused and told field by field. Whoever writes says who they are. An undo
is a new entry.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa

from platforms.errors import InputError
from platforms.geo.ingest.preflight import Upload
from platforms.outputs.books.ledger_book import save_ledger_sheets
from platforms.outputs.books.recorded_sheet import RecordedTables
from platforms.planning.run import Run
from platforms.store.ledger import standing
from platforms.store.ledger.approving import ask_steps, ask_undo
from platforms.store.ledger.fields import checked, plain, reasoned, signed
from platforms.store.ledger.files import ledger_sheets, read_ledger_file
from platforms.store.ledger.looking import rows_of
from platforms.store.ledger.reading import LedgerReading
from platforms.store.ledger.taking import LedgerTaken, look_rows, run_rows, take_rows
from platforms.store.ledger.undoing import undo_act
from platforms.store.ledger.writing import MANY, Act, Change, current_rows, events_of, write
from platforms.store.turns import repeated

__all__ = ["Ledger", "LedgerEdit"]


@dataclass(frozen=True)
class LedgerEdit:
    """What a person writes on one plot.

    Attributes
    ----------
    plot_id
        The plot.
    fields
        ``step`` (id or title), ``unit``, ``due`` (a day), ``note``, as far as they change.
    version
        The version that was looked at; None for whatever holds now.
    """

    plot_id: str
    fields: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None


class Ledger(LedgerReading):
    """The ledger of a workspace; ``platforms.open_store(ws).ledger``.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Transactions of the store.
    """

    def __repr__(self) -> str:
        """Name the workspace."""
        return f"Ledger({self.workspace!r})"

    def take(
        self, run: Run, *, by: str, why: str = "", survey: bool = False, whole: bool = False
    ) -> LedgerTaken:  # fmt: skip
        """Bring the ledger up to a run; see :mod:`platforms.store.ledger.taking`.

        Parameters
        ----------
        run
            What :func:`platforms.run` gave.
        by, why
            Who does it, and why.
        survey
            Take in also plots that cannot be judged (情况不明), at the first step.
        whole
            The run holds all plots of the ledger: those that it lacks are marked as absent.
            Otherwise they are not touched.

        Raises
        ------
        InputError
            When nobody is named, ids stand twice, or the rules judge no low efficiency.
        ConflictError
            Never: facts come from the run, and what people wrote is not touched.
        """
        rows, who = run_rows(run), (signed(by), reasoned(why))
        with self._writing(by) as connection:
            there = current_rows(connection, self.workspace)
            found = look_rows(there, rows, self.steps, survey=survey, whole=whole)
            taken = take_rows(connection, self.workspace, found, who)
            ask_steps(connection, self.workspace, by, self.steps, act=taken.act)
        return taken

    def look(self, run: Run, *, survey: bool = False, whole: bool = False) -> LedgerTaken:
        """Say what :meth:`take` would do, and write nothing; its ``act`` is None.

        Parameters
        ----------
        run, survey, whole
            As :meth:`take` has them.

        Raises
        ------
        InputError
            When ids stand twice, or the rules judge no low efficiency.
        """
        rows = run_rows(run)
        with self._reading() as connection:
            there = rows_of(connection, self.workspace)
        return look_rows(there, rows, self.steps, survey=survey, whole=whole).told

    def set(
        self, edits: Sequence[LedgerEdit] | LedgerEdit, *, by: str, why: str = "",
        what: str = "set",
    ) -> int:  # fmt: skip
        """Write on plots, all of them or none.

        Parameters
        ----------
        edits
            Each plot once.
        by
            Who writes.
        why
            Needed where a plot goes back a step.
        what
            ``set``, or ``import`` for what a file says.

        Returns
        -------
        moved
            How many plots changed.

        Raises
        ------
        ConflictError
            When somebody else changed one of them meanwhile; ``fields["conflicts"]``.
        InputError
            For a plot, field, step or day that cannot be used, nobody named, or a step back
            without a reason.
        """
        given = [edits] if isinstance(edits, LedgerEdit) else list(edits)
        changes = [Change(e.plot_id, checked(e.fields, self.steps), e.version) for e in given]
        twice = [key for key, count in Counter(one.key for one in changes).items() if count > 1]
        if twice:
            raise InputError("ledger.plot_twice", names=twice[:5], count=len(twice))
        act = Act(what, signed(by), reasoned(why))
        stepped = any("step" in one.became for one in changes)

        def edit() -> int:
            # few rows are locked one by one, many with the whole workspace
            with self._writing(by, rows=len(changes) <= MANY) as connection:
                moved = write(connection, self.workspace, changes, act)
                if moved and stepped:
                    ask_steps(connection, self.workspace, by, self.steps, act=act.id)
                    if not act.why:
                        self._refuse_back(connection, act)
            return moved

        return repeated(edit)

    def _refuse_back(self, connection: sa.Connection, act: Act) -> None:
        """Refuse, and so take back, an act that moves a plot back without a reason."""
        for one in events_of(connection, self.workspace, act=act.id):
            if one["field"] != "step" or one["was"] is None:
                continue
            if self.steps.rank(one["became"]) < self.steps.rank(one["was"]):
                title = self.steps.title_of
                raise InputError("ledger.back_needs_why", plot=one["key"],
                                 was=title(one["was"]), became=title(one["became"]))  # fmt: skip

    def undo(self, act: str, *, by: str, why: str = "") -> int:
        """Take back what was done together, as a new entry; plots that came in stay.

        Parameters
        ----------
        act
            Key of the act, as the history has it.
        by, why
            Who takes it back, and why.

        Returns
        -------
        moved
            How many plots changed.

        Raises
        ------
        ConflictError
            When one of its fields was changed since.
        InputError
            When there is no such act, it only brought plots in, or it is taken back already.
        """
        who = signed(by), reasoned(why)
        with self._writing(by) as connection:
            ask_undo(connection, self.workspace, by, act)
            moved = undo_act(connection, self.workspace, act, who)
            ask_steps(connection, self.workspace, by, self.steps, undoes=act)
        return moved

    def export(
        self, path: str | os.PathLike[str], *, name: str = "", day: dt.date | None = None,
        overwrite: bool = False, recorded: RecordedTables | None = None,
    ) -> Path:  # fmt: skip
        """Write the ledger as a table.

        Parameters
        ----------
        path
            ``.xlsx`` with steps, milestones, overdue plots and history, or ``.csv``.
        name
            Name of the county; default that of the workspace.
        day
            The day that decides what is overdue; default today.
        overwrite
            Replace a file that is there.
        recorded
            The targets beside what is done, as :func:`platforms.recorded_tables` has them, for
            sheets of their own.

        Raises
        ------
        OutputError
            When it cannot be written; nothing half-written is left.
        """
        day = day or standing.today()
        tables = self.plots(day=day), self.milestones(day=day), self.history()
        sheets = ledger_sheets(name or self.workspace, self.steps, day, tables)
        return save_ledger_sheets(replace(sheets, recorded=recorded), path, overwrite=overwrite)

    def bring(
        self, path: str | os.PathLike[str] | Upload, *, by: str, why: str = ""
    ) -> tuple[int, int]:
        """Write what people wrote into a file that :meth:`export` made.

        Returns
        -------
        rows, moved
            Rows of the file, and plots that changed.

        Raises
        ------
        ConflictError
            When somebody changed one of its rows since; nothing is written.
        FormatError, InputError
            When the file, or a line of it, cannot be used.
        """
        rows = read_ledger_file(path, self.steps)
        edits = [LedgerEdit(*row) for row in rows]
        return len(rows), self.set(edits, by=by, why=why, what="import")

    def set_milestone(
        self, period: str, step: str, *, plots: float | None = None,
        area_mu: float | None = None, unit: str = "", by: str, why: str = "",
        version: int | None = None,
    ) -> None:  # fmt: skip
        """Ask that so many plots, or so much land, come to a step by the end of a period.

        Parameters
        ----------
        period
            ``2026-03`` or ``2026-Q1``.
        step
            Id or title; plots beyond it count as well.
        plots, area_mu
            What is asked for; both None takes the milestone back.
        unit
            Only plots of this responsible unit.
        by, why
            Who asks it, and why.
        version
            The version that was looked at; None for whatever holds now.

        Raises
        ------
        ConflictError
            When somebody else changed it meanwhile.
        InputError
            For a period, step or number that cannot be used, or no milestone to take back.
        """
        for number in (plots, area_mu):
            if number is not None and not 0 < number < 1e9:  # noqa: PLR2004 no county has so much
                raise InputError("ledger.number_wrong", number=number)
        key = standing.milestone_key(period, self.steps.named(step), unit)
        became = {"plots": plain(plots), "area_mu": plain(area_mu)}
        with self._writing(by) as connection:
            there = current_rows(connection, self.workspace, [key], subject="milestone")
            asked = there.get(key, {})
            if not any(became.values()) and not any(asked.get(name) for name in became):
                raise InputError("ledger.milestone_none", period=period.strip())
            act = Act("set" if there else "add", signed(by), reasoned(why), subject="milestone")
            write(connection, self.workspace, [Change(key, became, version)], act)
