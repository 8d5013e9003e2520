"""The ledger as it stands: plots, steps, milestones and history, which nobody changes here."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import pandas as pd

from platforms.errors import InputError
from platforms.store.ledger import standing
from platforms.store.ledger.attaching import LedgerFiles, files_events
from platforms.store.ledger.looking import has_ledger, mark_of, plots_then, rows_of
from platforms.store.ledger.steps import LedgerSteps, ledger_steps
from platforms.store.ledger.writing import events_of

__all__ = ["LedgerReading"]


class LedgerReading(LedgerFiles):
    """The part of :class:`platforms.Ledger` that is read; beside the files of its plots."""

    @cached_property
    def steps(self) -> LedgerSteps:
        """The steps in their order."""
        return ledger_steps(self.workspace)

    def plots(self, *, day: dt.date | None = None) -> pd.DataFrame:
        """Return every plot and how it stands.

        Parameters
        ----------
        day
            The day that decides what is overdue; default today.

        Returns
        -------
        plots
            In the order in which they came: ``plot_id``, ``step``, ``unit``, ``due``
            (YYYY-MM-DD), ``note``, ``overdue``, ``days_over``, the facts of the newest run
            (areas in m² and 亩; ``sample``, ``absent``: not in that run), ``version``,
            ``changed_by``, ``changed_at`` (UTC). Text that is not there is empty.
        """
        with self._reading() as connection:
            rows = rows_of(connection, self.workspace)
        return standing.plot_table(rows.values(), self.steps, day or standing.today())

    def mark(self) -> str:
        """Return what is another after each act on the plots, without reading them."""
        with self._reading() as connection:
            return mark_of(connection, self.workspace)

    def counts(
        self, *, day: dt.date | None = None, plots: pd.DataFrame | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Return the steps with their plots; see :func:`~.standing.count_table`.

        ``plots`` is what :meth:`plots` gave, where both are to be of one moment.
        """
        return standing.count_table(self.plots(day=day) if plots is None else plots, self.steps)

    def history(self, plot_id: str | None = None, *, act: str | None = None) -> pd.DataFrame:
        """Return what was done, the oldest first.

        Parameters
        ----------
        plot_id, act
            Only of this plot, or what was done together.

        Returns
        -------
        history
            ``at`` (UTC), ``plot_id``, ``what`` (add, retake, set, import, undo,
            attach, detach), ``who``,
            ``field``, ``was``, ``became``, ``why``, ``version``, ``act``, ``undoes``.

        Raises
        ------
        InputError
            When the ledger does not have the plot.
        """
        keys = None if plot_id is None else [plot_id]
        with self._reading() as connection:
            there = has_ledger(connection)
            events = events_of(connection, self.workspace, keys, act=act) if there else []
            events += files_events(connection, self.workspace, plot_id, act)
        if plot_id is not None and not events:
            raise InputError("ledger.plot_unknown", names=[plot_id], count=1)
        return standing.history_table(events)

    def milestones(
        self, *, day: dt.date | None = None, plots: pd.DataFrame | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Return the milestones and how far each was reached.

        ``plots`` is what :meth:`plots` gave, where both are to be of one moment.

        Returns
        -------
        milestones
            As :func:`platforms.store.ledger.standing.milestone_table` has them.
        """
        day = day or standing.today()
        with self._reading() as connection:
            rows = rows_of(connection, self.workspace, "milestone")
            then = plots_then(connection, self.workspace, rows, day)
        now = self.plots(day=day) if plots is None else plots
        return standing.milestone_table(rows.values(), now, then, self.steps, day)
