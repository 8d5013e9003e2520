"""Why the total of two scenarios moved, as it is printed and drawn.

The steps of a comparison sum exactly; so do the printed ones, since a reader adds what he sees.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from platforms import messages
from platforms.outputs.maps.map_parts import Bar, Chart
from platforms.planning.scenarios.change import ScenarioChange
from platforms.units import half_up, printed

__all__ = ["printed_waterfall", "signed", "unit_words", "waterfall_chart", "waterfall_digits"]

_TOTAL, _UP, _DOWN = "#5b7590", "#2b7a4b", "#b3402e"
# below this part of the total a step would be a sliver: the axis then begins nearer
_NEAR, _MARGIN = 0.25, 0.4
_DIGITS, _SCORE_DIGITS = 2, 4


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def unit_words(change: ScenarioChange) -> str:
    """Return the unit of the waterfall in words."""
    return _t(f"unit.{change.unit}")


def waterfall_digits(change: ScenarioChange) -> int:
    """Return the decimals that the total and its steps are printed with."""
    # as figures are printed elsewhere, so that the total is the same text everywhere
    return _SCORE_DIGITS if change.unit == "score" else _DIGITS


def printed_waterfall(change: ScenarioChange) -> pd.DataFrame:
    """Return the waterfall in the decimals that are printed, so that a reader's sum is right.

    Returns
    -------
    steps
        As ``change.waterfall``; totals rounded half up, and what rounding the steps would
        lose is given to those that lose the most by it.
    """
    table = change.waterfall.copy()
    if len(table) < 2:  # noqa: PLR2004 both totals
        return table
    digits = waterfall_digits(change)
    scale = 10.0**digits
    ends = half_up(table["value_to"].to_numpy(dtype="float64")[[0, -1]], digits)
    first, last = (round(float(end) * scale) for end in ends)
    moves = table["change"].to_numpy(dtype="float64")[1:-1] * scale
    # the noise of the product would decide what is whole
    whole = np.floor(np.round(moves, 6)).astype(np.int64)
    lack = last - first - int(whole.sum())
    order = np.argsort(-(moves - whole), kind="stable")
    if len(whole):
        whole += lack // len(whole)
        whole[order[: lack % len(whole)]] += 1
    at = first + np.concatenate([[0], np.cumsum(whole)]).astype(np.int64)
    table["value_from"] = np.concatenate([[first], at[:-1], [last]]) / scale
    table["change"] = np.concatenate([[0], whole, [0]]) / scale
    table["value_to"] = np.concatenate([[first], at[1:], [last]]) / scale
    return table


def waterfall_chart(change: ScenarioChange, names: Sequence[str] = ("", "")) -> Chart:
    """Return why the total moved as bars that begin where the one before ended.

    Parameters
    ----------
    change
        What :func:`platforms.compare_scenarios` gave.
    names
        What the two are called.

    Returns
    -------
    chart
        The title says where the axis begins when that is not 0; no bars where a side has no
        total.
    """
    table = printed_waterfall(change)
    base = _axis_begin(table[["value_from", "value_to"]].to_numpy(dtype="float64"))
    digits, last = waterfall_digits(change), len(table) - 1
    # an objective that rises costs more
    rise, fall = (_DOWN, _UP) if change.kind == "relocation" else (_UP, _DOWN)
    bars = []
    for at, row in enumerate(table.to_dict("records")):
        low, high = sorted((float(row["value_from"]), float(row["value_to"])))
        move = float(row["change"])
        text, color = signed(move, digits), rise if move >= 0 else fall
        label = str(row["title"])
        if at in {0, last}:
            side = "a" if at == 0 else "b"
            label = f"{_t(f'side.{side}')} {names[0 if at == 0 else 1]}".strip()
            low, text, color = base, printed(float(row["value_to"]), digits), _TOTAL
        bars.append(Bar(label=label, value=high - low, start=low - base, text=text, color=color))
    title = _t(f"waterfall.{change.kind}")
    if base:
        title = _t("axis", title=title, base=f"{base:,.10g}")
    return Chart(id="waterfall", title=title, unit=unit_words(change), bars=bars)


def signed(value: float, digits: int = 2) -> str:
    """Return a change as it is printed: with its sign, nothing as 0."""
    text = printed(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _axis_begin(ends: npt.NDArray[np.float64]) -> float:
    if not len(ends):
        return 0.0
    low, high = float(ends.min()), float(ends.max())
    if low < 0:
        return low
    if high == low or high - low >= _NEAR * high:
        return 0.0
    # on a round number below the lowest end
    begin = low - _MARGIN * (high - low)
    step = 10.0 ** np.floor(np.log10(high - low))
    return float(max(0.0, np.floor(begin / step) * step))
