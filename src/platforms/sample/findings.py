"""What an officer would have found on the spot, made up: poor buildings, a banned industry.

Some rules ask for words that no register has, only a person who has seen the plot. The sample
fills them for some plots and leaves others empty, as a survey under way does; a plot that is
not in use has nothing to be seen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from platforms.sample.recipe import Recipe

__all__ = ["add_findings"]


def add_findings(recipe: Recipe, plots: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of each plot.

    Parameters
    ----------
    recipe
        Shares of the findings and seed.
    plots
        With ``status``.

    Returns
    -------
    findings
        Same index; one boolean column a finding of the recipe, empty where not filled.
    """
    rng = np.random.default_rng([recipe.seed, 13])
    seen = plots["status"].eq("producing").to_numpy()
    found = pd.DataFrame(index=plots.index)
    for name, finding in recipe.findings.items():
        draw, filled = rng.random((2, len(plots)))
        column = pd.array(draw < finding.found, dtype="boolean")
        column[~seen | (filled < finding.empty)] = pd.NA
        found[name] = column
    return found
