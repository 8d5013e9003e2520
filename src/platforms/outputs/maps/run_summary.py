"""Key figures and charts of some plots of a run, in the words and digits of its sheet.

A part is summed by the functions that sum the whole. Land that two plots have stays with the
plot that has it in the whole run, so parts that share no plot add up to the whole.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from platforms.outputs.maps.map_parts import Chart, Figure
from platforms.outputs.maps.sheet_figures import charts_of, headline
from platforms.planning.figures import key_figures, summarise
from platforms.planning.run import Run

__all__ = ["run_summary"]

# what key figures are made of; a wide table is slow to take apart by town
_COUNTED = ("town", "area_m2", "verdict", "net_m2", "net_overlap_m2", "credit_code")


def run_summary(run: Run, plots: pd.DataFrame | None = None) -> tuple[list[Figure], list[Chart]]:
    """Return the key figures and charts of a run's sheet, of all its plots or of some.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    plots
        Rows of the run's plots; default all.

    Returns
    -------
    figures, charts
        As the sheet prints them: plots, 亩, 亩 of what is hit, reclaimable 亩; 亩 by verdict
        and by town.
    """
    if plots is not None:
        outcomes = run.pack.outcomes
        counted = pd.DataFrame({name: plots[name] for name in _COUNTED if name in plots})
        run = replace(
            run,
            figures=key_figures(counted, outcomes=outcomes),
            towns=summarise(counted, "town", outcomes=outcomes),
        )
    return headline(run), list(charts_of(run))
