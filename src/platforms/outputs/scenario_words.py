"""What the figures, parameters and inputs of a scenario are called, and how they are printed.

A name that nobody gave words to keeps its own: rules of other cities bring parameters that no
catalogue knows, and a parameter that is not told would be one that a reader cannot compare.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from platforms import messages
from platforms.planning.scenarios.record import Kept, Scenario
from platforms.planning.scenarios.titles import input_title, limit_title, parameter_title
from platforms.units import half_up, printed

__all__ = [
    "figure_text",
    "figure_title",
    "figure_unit",
    "headline_figures",
    "input_title",
    "parameter_text",
    "parameter_title",
    "printed_figure",
    "scenario_name",
    "scenario_told",
]

_SHARES = ("gap", "attainment")
_SCORE_DIGITS = 4
_SCORES = ("best_score", "best_score_high")
# counted, not measured
_COUNTS = (
    "plots", "low_efficiency", "not", "unknown", "reclaimable_unknown", "low_efficiency_firms",
    "moved_firms", "unassigned_firms", "firms", "jobs", "sites", "ranked", "excluded", "pairs",
)  # fmt: skip
_HEADLINE: Mapping[str, tuple[str, ...]] = {
    "run": ("plots", "area_mu", "low_efficiency", "low_efficiency_mu", "reclaimable_mu"),
    "relocation": ("moved_firms", "moved_mu", "km_mean", "unassigned_firms", "objective", "gap"),
    "portfolio": ("target_mu", "land_mu", "attainment", "plots", "cost_wan", "jobs"),
    "siting": ("best_score", "ranked", "excluded"),
}
_UNITS = {"_mu": "mu", "_m2": "m2", "_km": "km", "_m": "m", "_wan": "wan", "_tce": "tce"}


def _room() -> Mapping[str, str]:
    return messages.catalogue(messages.language(), "scenario_sheet")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def scenario_name(scenario: Kept | Scenario) -> str:
    """Return the name that somebody gave, else the kind and the id."""
    if isinstance(scenario, Kept):
        return scenario.name
    return f"{_t(f'kind.{scenario.kind}')} {scenario.scenario_id[:8]}"


def headline_figures(kind: str) -> tuple[str, ...]:
    """Return the figures of a kind that are told first."""
    return _HEADLINE[kind]


def scenario_told(scenario: Scenario) -> dict[str, list[tuple[str, str]]]:
    """Return what a scenario holds beside its tables, in words.

    Returns
    -------
    told
        ``inputs``, ``parameters`` and ``figures``, each as title and value.
    """
    kind = scenario.kind
    return {
        "inputs": [(input_title(one.name), one.source) for one in scenario.inputs],
        "parameters": [
            (parameter_title(name, kind), parameter_text(name, value))
            for name, value in scenario.parameters.items()
        ],
        "figures": [
            (figure_title(name), f"{figure_text(name, value)} {figure_unit(name)}".rstrip())
            for name, value in scenario.figures.items()
        ],
    }


def figure_title(name: str) -> str:
    """Return what readers call a figure."""
    known = _room().get(f"figure.{name}")
    if known:
        return known
    head, _, rest = name.partition("_")
    if head == "term":
        return _t("term", name=messages.catalogue(messages.language(), "moves").get(
            f"term.{rest}", rest))  # fmt: skip
    return name


def figure_unit(name: str) -> str:
    """Return the unit that a figure's name says, in words; empty for none."""
    if name.startswith("km_"):
        return _t("unit.km")
    if name.startswith("term_"):
        return ""
    return next((_t(f"unit.{unit}") for end, unit in _UNITS.items() if name.endswith(end)), "")


def figure_text(name: str, value: float | None, *, sign: bool = False) -> str:
    """Return a figure as it is printed: counts whole, shares in percent, the rest to 0.01.

    Parameters
    ----------
    name
        Of the figure.
    value
        None and NaN are unknown.
    sign
        Print a plus, as for a change.
    """
    if value is None or math.isnan(value):
        return "—"
    shown = printed_figure(name, value)
    if name in _SHARES:
        text = f"{printed(100 * shown)}%"
    elif name in _SCORES:
        text = printed(shown, _SCORE_DIGITS)
    else:
        text = printed(shown, 0 if name in _COUNTS and shown.is_integer() else 2)
    return f"+{text}" if sign and shown > 0 else text


def printed_figure(name: str, value: float) -> float:
    """Return a figure with the decimals that are printed, so that differences are right."""
    if name in _SHARES or name in _SCORES:
        return half_up(value, _SCORE_DIGITS)
    return half_up(value, 2)


def parameter_text(name: str, value: object) -> str:
    """Return the value of a parameter as readers read it; nothing set is a dash."""
    if isinstance(value, str):
        # a comparison tells a list in one text
        value = value.split(", ") if name == "limits" else _opened(value)
    if value is None or value in ("", []) or value != value:  # noqa: PLR0124 nan
        return _t("not_set")
    if isinstance(value, bool):
        return _t("yes" if value else "no")
    if isinstance(value, (int, float)):
        return f"{value:g}" if abs(value) < 1e6 else printed(float(value))  # noqa: PLR2004
    if isinstance(value, (list, tuple)):
        between = "、" if messages.language() == "zh_CN" else ", "
        return between.join(_item(name, one) for one in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _opened(text: str) -> object:
    """Return what JSON text holds; other text as it is."""
    if text[:1] not in {"[", "{"}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _item(name: str, value: object) -> str:
    return limit_title(str(value)) if name == "limits" else parameter_text("", value)
