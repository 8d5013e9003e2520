"""What the verdicts of a rule pack are called on the map and in the sheet.

The words for low-efficiency land are those of the county's documents; other rules (idle land,
reviews) bring the words that the command line uses for them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from platforms import messages
from platforms.policy.schema import Pack
from platforms.policy.words import verdict_title
from platforms.units import half_up, printed

if TYPE_CHECKING:
    from platforms.planning.run import Run

__all__ = ["count_title", "rounding", "silence", "verdict_words"]

_LOW = ("low_efficiency",)


def verdict_words(pack: Pack, lang: str | None = None) -> dict[str, str]:
    """Return what readers read for each verdict of a pack.

    Parameters
    ----------
    pack
        The rules.
    lang
        Language; default the current one.

    Returns
    -------
    words
        Outcomes in the order of the rules, then ``not`` and ``unknown``.
    """
    names = (*pack.outcomes, "not", "unknown")
    if pack.outcomes == _LOW:
        return {name: messages.text(f"sheet.verdict.{name}", lang) for name in names}
    return {name: verdict_title(pack, name, lang) for name in names}


def count_title(pack: Pack, column: str, lang: str | None = None) -> str:
    """Return the heading of a column of ``summarise``, without its unit.

    Parameters
    ----------
    pack
        The rules.
    column
        Name of the column, for example ``idle_mu``.
    lang
        Language; default the current one.
    """
    verdict = column.removesuffix("_mu")
    words = verdict_words(pack, lang)
    if pack.outcomes == _LOW or verdict not in words:
        return messages.text(f"sheet.column.{column}", lang)
    entry = "verdict_mu" if column.endswith("_mu") else "verdict_plots"
    return messages.text(f"sheet.column.{entry}", lang, verdict=words[verdict])


def rounding(run: Run) -> str:
    """Return that the printed areas of the verdicts miss the printed total; empty if they do not.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave; areas in 亩.
    """
    given = [run.figures[f"{name}_mu"] for name in verdict_words(run.pack)]
    parts = printed(sum(half_up(part) for part in given if not math.isnan(part)))
    total = printed(run.figures["area_mu"])
    # a part that is not known is no matter of rounding
    if parts == total or any(math.isnan(part) for part in given):
        return ""
    return messages.text("sheet.note.rounding", None, parts=parts, total=total)


def silence(run: Run, figure: str) -> str:
    """Return why a figure of a run is not known, in words; empty where it is.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    figure
        Name of a key figure.
    """
    if not math.isnan(run.figures[figure]):
        return ""
    # low-efficiency plots there may be, of none of which is known what limits leave
    low = int(run.figures.get("low_efficiency", 0))
    entry, plots = ("figure_silent_net", low) if low else ("figure_silent", run.figures["plots"])
    return messages.text(f"sheet.{entry}", None, plots=f"{int(plots):,}")
