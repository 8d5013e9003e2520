"""The figures of firms on their plots: added, or the main firm's, and accounted for.

What a firm table says goes before what a plot file says under the same name. The columns
that are added (tax, value added, energy) and those for which the main firm speaks (scale,
industry, grade) stand in the catalogue of the firm table; its land stays with the firm.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from platforms.issues import IssueTable
from platforms.layers.firm_columns import firm_column
from platforms.policy.firm_keys import Firms
from platforms.policy.matching import ABSENT, Pairs, ways
from platforms.policy.sharing import share_out
from platforms.units import M2_PER_MU

__all__ = ["FirmFigures", "numbers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NONE = -1
# a firm's land in its table and on its plots may differ by this much before it is named
_LAND_DIFFERS = 0.2
_DECIMALS = 6


class FirmFigures:
    """A firm table seen from the plots.

    Parameters
    ----------
    firms, known
        The table, and how its firms are known.
    plots
        With plot_id.
    pairs, weight
        Firms on plots, and the part of its firm that each has.
    area_mu
        Of the plots, 亩, NaN where it is unknown.
    """

    def __init__(
        self,
        firms: pd.DataFrame,
        known: Firms,
        plots: pd.DataFrame,
        pairs: Pairs,
        weight: Floats,
        area_mu: Floats,
    ) -> None:
        self.firms, self.known, self.plots = firms.reset_index(drop=True), known, plots
        self.pairs, self.weight, self.area_mu = pairs, weight, area_mu
        self.here = pairs.plot != ABSENT
        self.firm_count = np.bincount(pairs.plot[self.here], minlength=len(plots))
        self.main = self._main()
        names = [str(name) for name in firms]
        joins = {name: found[0].join for name in names if (found := firm_column(name))}
        self.added = [name for name, join in joins.items() if join == "sum"]
        self.spoken = [name for name, join in joins.items() if join == "main"]

    def _main(self) -> Ints:
        """Return the pair of each plot's main firm: most land, owner before tenant."""
        pairs, count = self.pairs, len(self.plots)
        main = np.full(count, _NONE, dtype=np.int64)
        own = np.full(len(self.firms), np.nan)
        if "area_mu" in self.firms:
            own = numbers(self.firms["area_mu"])
        land = own[pairs.firm] * self.weight
        at = np.where(self.here, pairs.plot, count)
        # areas are compared where all firms of the plot have one
        blind = np.bincount(at, np.isnan(land), minlength=count + 1)[at] > 0
        size = np.nan_to_num(np.where(blind, self.weight, land), nan=-1.0)
        tenant = pairs.role == "tenant"
        order = np.lexsort((np.arange(len(pairs)), tenant, -size, at))
        order = order[self.here[order]]
        plots, first = np.unique(at[order], return_index=True)
        main[plots] = order[first]
        return main

    def report(self, issues: IssueTable) -> None:
        """Name the firms without a plot, the plots without a link, and land that differs."""
        matched = np.bincount(self.pairs.firm, minlength=len(self.firms)) > 0
        for at in np.flatnonzero(~matched):
            code = self.known.codes[at] or "—"
            issues.add("firm_unmatched", "warning", feature=self.known.labels[at], code=code)
        if "links" in self.pairs.way:
            ids = self.plots["plot_id"].tolist()
            for at in np.flatnonzero(self.firm_count == 0):
                issues.add("plot_without_link", "warning", feature=str(ids[at]))
        if "area_mu" not in self.firms:
            return
        stated, found = numbers(self.firms["area_mu"]), self._alone(self.area_mu)
        off = np.abs(found - stated) > _LAND_DIFFERS * stated
        for at in np.flatnonzero(off & (stated > 0)):
            label = self.known.labels[at]
            stated_mu, found_mu = f"{stated[at]:.2f}", f"{found[at]:.2f}"
            issues.add(
                "firm_land_differs", "warning", feature=label, stated=stated_mu, found=found_mu
            )

    def _alone(self, area: Floats) -> Floats:
        """Return each firm's land by its plots, NaN where another firm stands on one too."""
        pairs = self.pairs
        # the last entry is for plots that are not here
        count = np.append(self.firm_count, 0)[pairs.plot]
        size = np.where(count == 1, np.append(area, np.nan)[pairs.plot], np.nan)
        total = np.bincount(pairs.firm, size, minlength=len(self.firms))
        return np.where(total > 0, total, np.nan)

    def on_plots(self, several: str, issues: IssueTable) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the plots with their firms' figures, and the account of each figure."""
        chosen = self.here.copy()
        if several == "main":
            chosen[:] = False
            chosen[self.main[self.main >= 0]] = True
        firm = np.append(self.pairs.firm, _NONE)[self.main]
        frame = self.plots.copy()
        replaced = [name for name in (*self.added, *self.spoken) if name in frame]
        totals = []
        for name in self.added:
            values, account = self._added(numbers(self.firms[name]), chosen)
            frame[name] = pd.Series(values, index=frame.index)
            totals.append({"column": name, **account})
        for name in self.spoken:
            frame[name] = taken(self.firms[name], firm).set_axis(frame.index)
        labels = np.array([*self.known.labels, None], dtype=object)
        matched = np.array([*self.pairs.way, ""], dtype=object)
        way = np.where(
            self.firm_count > 1, several, np.where(self.firm_count == 1, "single", "none")
        )
        for name, words in (
            ("firm_main", pd.array(labels[firm], dtype="str")),
            ("firm_match", _few(matched[self.main])),
            ("firm_way", _few(way.astype(object))),
        ):
            frame[name] = pd.Series(words, index=frame.index)
        frame["firm_count"] = self.firm_count
        if replaced:
            issues.add("firm_columns_used", "info", names="、".join(replaced))
        return frame, pd.DataFrame(totals, columns=["column", *_ACCOUNT])

    def _added(
        self, total: Floats, chosen: NDArray[np.bool_]
    ) -> tuple[Floats, dict[str, float | int]]:
        """Return a figure of the plots, and where the firms' figures went."""
        pairs, count = self.pairs, len(self.plots)
        parts = share_out(total, pairs.firm, self.weight)
        sums = np.bincount(pairs.plot[chosen], parts[chosen], minlength=count)
        values: Floats = np.where(self.firm_count > 0, sums, np.nan)
        matched = np.bincount(pairs.firm, minlength=len(total)) > 0
        lost = chosen & np.isnan(np.append(values, np.nan)[pairs.plot])
        unshared = np.isnan(np.bincount(pairs.firm, self.weight, minlength=len(total)))
        account = {
            "firms": _sum(total),
            "matched": _sum(total[matched]),
            "placed": _sum(values),
            "absent": _sum(parts[~self.here]),
            "left_out": _sum(parts[self.here & ~chosen]),
            "open": _sum(np.concatenate([parts[lost], total[unshared]])),
            "unknown_firms": int(np.isnan(total[matched]).sum()),
        }
        return values, account

    def judged(self) -> tuple[pd.DataFrame, Ints]:
        """Return one row a firm on a plot, with the firm's own figures and land."""
        here, pairs = self.here, self.pairs
        lonely = np.flatnonzero(self.firm_count == 0)
        place = np.concatenate([pairs.plot[here], lonely]).astype(np.int64)
        firm = np.concatenate([pairs.firm[here], np.full(len(lonely), _NONE)]).astype(np.int64)
        shape = self.plots.columns.intersection(["geometry"])
        rows = pd.DataFrame(self.plots.drop(columns=shape)).iloc[place].reset_index(drop=True)
        own = self.reference()
        for name in own.columns:
            if name in _LAND:
                land = taken(own[name], firm)
                kept = rows.get(name, np.nan)
                rows[name] = land.where(firm >= 0, kept)
            else:
                rows[name] = taken(own[name], firm)
        labels = np.array([*self.known.labels, ""], dtype=object)
        several = self.firm_count[place] > 1
        ids = rows["plot_id"].astype(str)
        rows["plot_id"] = ids.where(~several, ids + "/" + pd.Series(labels[firm], dtype="str"))
        return rows, place

    def reference(self) -> pd.DataFrame:
        """Return all firms with their figures and land: what industry means are made of.

        Land is that of the table, else that of the firm's plots where it has them alone.
        """
        own = self.firms[[*self.added, *self.spoken]].copy()
        land = self._alone(self.area_mu)
        if "area_mu" in self.firms:
            stated = numbers(self.firms["area_mu"])
            land = np.where(stated > 0, stated, land)
        own["area_mu"] = land
        own["area_m2"] = land * M2_PER_MU
        if "declared_m2" in self.plots:
            own["declared_m2"] = self._alone(numbers(self.plots["declared_m2"]))
        return own

    def listed(self) -> pd.DataFrame:
        """Return the pairs as a table."""
        pairs, ids = self.pairs, self.plots["plot_id"].astype(str).to_numpy(dtype=object)
        ids = np.array([*ids, None], dtype=object)
        main = np.zeros(len(pairs), dtype=bool)
        main[self.main[self.main >= 0]] = True
        codes, labels = (
            np.array(words, dtype=object)
            for words in ([*self.known.codes, ""], [*self.known.labels, ""])
        )
        own = np.array([*self.known.shown_ids, ""], dtype=object)
        texts = {
            "plot_id": ids[pairs.plot],
            "firm_id": own[pairs.firm],
            "credit_code": codes[pairs.firm],
            "firm_name": labels[pairs.firm],
        }
        table = pd.DataFrame({name: pd.array(t, dtype="str") for name, t in texts.items()})
        table["role"], table["way"] = _few(pairs.role), _few(pairs.way)
        table["share"], table["weight"] = pairs.share, self.weight
        table["main"], table["absent"] = main, ~self.here
        return table

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the numbers of firms, plots and pairs."""
        matched = int((np.bincount(self.pairs.firm, minlength=len(self.firms)) > 0).sum())
        having = int((self.firm_count > 0).sum())
        return {
            "firms": {"in": len(self.firms), "matched": matched,
                      "unmatched": len(self.firms) - matched},
            "plots": {"in": len(self.plots), "with_firm": having,
                      "several_firms": int((self.firm_count > 1).sum()),
                      "without_firm": len(self.plots) - having},
            "pairs": {**ways(self.pairs), "absent": int((~self.here).sum())},
        }  # fmt: skip


_ACCOUNT = ("firms", "matched", "placed", "absent", "left_out", "open", "unknown_firms")
_LAND = {"area_mu", "area_m2", "declared_m2"}


def numbers(column: pd.Series[Any]) -> Floats:
    """Return a column as numbers, NaN where a cell holds none that is finite."""
    found = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def taken(column: pd.Series[Any], places: Ints) -> pd.Series[Any]:
    """Return the cells at some places, missing where the place is -1."""
    whole = column.reset_index(drop=True)
    if whole.dtype == np.bool_:
        whole = whole.astype("boolean")
    return whole.reindex(places).reset_index(drop=True)


def _few(words: NDArray[np.object_]) -> ExtensionArray:
    """Return words of which there are few different ones as a column of text."""
    codes, found = pd.factorize(words)
    return pd.array(found, dtype="str").take(codes)


def _sum(values: Floats) -> float:
    return round(math.fsum(values[np.isfinite(values)]), _DECIMALS)
