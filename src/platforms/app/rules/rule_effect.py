"""What a trial changes: counts and 亩 before and after, and the plots that flip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.rules.rule_book import Trial

__all__ = ["effect_table", "flips", "show_effect"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.rules.{entry}", None, **fields)


def effect_table(trial: Trial) -> pd.DataFrame:
    """Return plots and 亩 by verdict, before and after.

    Parameters
    ----------
    trial
        The trial.

    Returns
    -------
    table
        One row a verdict: ``verdict`` (its name), ``plots_before``, ``plots_after``,
        ``mu_before``, ``mu_after`` (亩, two decimals half up, as the key figures) and
        ``mu_change`` (printed areas summed, then converted once, as the sums of the flips);
        NaN where a side has no such verdict. The index is the verdict's id.
    """
    diff, areas = trial.diff, trial.scene.run.plots["area_m2"]
    sides = {"before": (diff.left, "left"), "after": (diff.right, "right")}
    rows: dict[str, dict[str, Any]] = {}
    for side, (judged, column) in sides.items():
        for name in (*judged.pack.outcomes, "not", "unknown"):
            chosen = areas[diff.frame[column].eq(name).to_numpy()]
            row = rows.setdefault(name, {"names": []})
            row["names"].append(judged.verdict_title(name))
            row[f"plots_{side}"] = len(chosen)
            row[f"mu_{side}"] = ip.mu_of(chosen)
    # those that can be told come before those that cannot
    order = [name for name in rows if name not in {"not", "unknown"}]
    table = pd.DataFrame([rows[name] for name in (*order, "not", "unknown")])
    table["mu_change"] = [_moved(trial, name) for name in (*order, "not", "unknown")]
    table.insert(0, "verdict", [" / ".join(dict.fromkeys(names)) for names in table["names"]])
    columns = ["verdict", "plots_before", "plots_after", "mu_before", "mu_after", "mu_change"]
    return table.reindex(columns=columns).set_axis([*order, "not", "unknown"])


def _moved(trial: Trial, name: str) -> float:
    """Return the 亩 that come to a verdict less those that leave it, summed before converting."""
    areas, frame = trial.scene.run.plots["area_m2"], trial.diff.frame
    moves = frame["right"].eq(name).astype("int64") - frame["left"].eq(name).astype("int64")
    return ip.mu_of(areas * moves)


def flips(trial: Trial) -> pd.DataFrame:
    """Return the pairs of verdicts between which plots flip.

    Returns
    -------
    pairs
        ``change``, ``left``, ``right`` (names), ``plots``, ``area_mu`` (亩) and
        ``plots_without_area``, as the command line sums them; the largest first.
    """
    diff = trial.diff
    totals = diff.totals[diff.totals["plots"].gt(0)]
    ways = diff.changed.groupby(["left", "right"])["change"].first().rename("change")
    pairs = totals.merge(ways.reset_index(), on=["left", "right"])
    return pairs.assign(
        left=[diff.left.verdict_title(name) for name in pairs["left"]],
        right=[diff.right.verdict_title(name) for name in pairs["right"]],
    ).sort_values("plots", ascending=False, kind="stable")


def show_effect(trial: Trial) -> None:
    """Show the effect beside the parameters."""
    table = effect_table(trial)
    pairs = flips(trial)
    head = el(
        "tr",
        *(el("th", _t(f"effect.{name}")) for name in ("verdict", "before", "after", "change")),
    )
    lines = [_line(row) for row in table.to_dict("records")]
    total = int(pairs["plots"].sum())
    markup.show(
        el("h4", _t("effect.title"), cls="ip-h4"),
        el("table", el("thead", head), el("tbody", *lines), cls="ip-effect"),
        el("p", _t("flips", plots=total) if total else _t("no_flips"), cls="ip-flips"),
        *_pairs(trial, pairs),
    )


def _line(row: Mapping[Any, Any]) -> Html:
    before, after = (_cell(row[f"plots_{s}"], row[f"mu_{s}"]) for s in ("before", "after"))
    plots, area = _difference(row, "plots"), float(row["mu_change"])
    change = _cell(plots, area, sign="+") if plots is not None else "–"
    still = plots in {None, 0}
    return el(
        "tr", el("th", row["verdict"]), el("td", before), el("td", after),
        el("td", change, cls="" if still else "ip-moved"),
    )  # fmt: skip


def _difference(row: Mapping[Any, Any], name: str) -> float | None:
    before, after = row[f"{name}_before"], row[f"{name}_after"]
    return None if pd.isna(before) or pd.isna(after) else float(after - before)


def _cell(plots: float, area: float | None, *, sign: str = "") -> Html | str:
    if pd.isna(plots):
        return "–"
    if sign and not plots and not area:
        return "0"
    counted = messages.text("app.rules.plots", None, plots=f"{plots:{sign},.0f}")
    measured = messages.text("app.rules.mu", None, mu=f"{area:{sign},.2f}")
    return markup.join([el("b", counted), el("small", measured)])


def _pairs(trial: Trial, pairs: pd.DataFrame) -> list[Html]:
    """Return a line for each pair of verdicts, under the colour that the map gives it."""
    layer = trial.scene.layer("plots") or {"style": {"classes": []}}
    fills = {one["value"]: one["fill"] for one in layer["style"]["classes"]}
    return [
        el(
            "p",
            el("i", style=f"background:{fills.get(row['change'], '#777777')}"),
            _t("pair_open" if row["plots_without_area"] else "pair", **_told(row)),
            cls="ip-pair",
        )
        for row in pairs.to_dict("records")
    ]


def _told(row: Mapping[Any, Any]) -> dict[str, object]:
    area = {"area_mu": f"{row['area_mu']:,.2f}"}
    return {str(name): value for name, value in row.items()} | area
