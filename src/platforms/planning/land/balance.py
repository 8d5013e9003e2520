"""Balance of industrial land: replaced before it is taken, one for one.

A change is a piece of land that was given or lost to industry on a day. Land that leaves
industry must already have been replaced in the same town and year: at no day of the year may the
sum that has left be more than the sum that has come in (先补后占、改一补一). Of all land that is
supplied in a year, industry must get its share.

The answer is three-valued. A change without a day, a town, an area or a use is not dropped
and not guessed: what it could overturn is unknown. A date to the month or the year has its year:
the change counts in that year's supply, and can only overturn the order of its town and year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.units import half_up

__all__ = ["INDUSTRIAL", "LandBalance", "change_days", "land_balance"]

INDUSTRIAL = ("1001", "100101", "100102", "100103")
"""Codes of industrial land (国土空间调查、规划、用途管制用地用海分类, 2023)."""

_NEEDED = ("change_id", "date", "town", "kind", "from_use", "to_use", "area_mu")
_SUPPLY = "supply"
# areas are counted in whole units of 0.0001 亩, so that sums are exact
_UNITS_PER_MU = 10_000
# a year, or a year and a month
_NO_DAY = r"^(\d{4})(?:\.0|(?:[-/.年]\s*(?:0?[1-9]|1[0-2])?\s*月?))?$"
# what the share of a year can do without
_ORDER_ONLY = ("date", "town", "date;town")


@dataclass(frozen=True)
class LandBalance:
    """What came in, what left, and where a rule was broken.

    Attributes
    ----------
    towns
        One row a town and year: ``town``, ``year``, ``in_mu``, ``out_mu``, ``balance_mu``
        (in times nothing is owed less out, 亩), ``kept`` (true, false or missing where it
        is not known).
    supply
        One row a year: ``year``, ``supply_mu``, ``industry_mu``, ``share``, ``minimum``,
        ``kept``.
    breaches
        One row a change that was not yet replaced on its day: ``change_id``, ``plot_id``,
        ``town``, ``date``, ``area_mu``, ``out_mu`` and ``in_mu`` (sums of the year up to that
        day), ``short_mu`` (what is missing), ``certain`` (false where a change without a
        day, town, area or use could have replaced it).
    unknown
        The changes that could not be counted, with ``reason``: names of the columns that
        are missing, joined by ``;``.
    ratio, share
        What the rules ask for; None where no source gives it, and then ``kept`` is missing.
    """

    towns: pd.DataFrame
    supply: pd.DataFrame
    breaches: pd.DataFrame
    unknown: pd.DataFrame
    ratio: float | None
    share: float | None

    def to_json(self) -> dict[str, object]:
        """Return the four tables as lists of plain dicts; what is unknown is None."""
        tables = {
            "towns": self.towns,
            "supply": self.supply,
            "breaches": self.breaches,
            "unknown": self.unknown,
        }
        return {
            "ratio": self.ratio,
            "minimum_share": self.share,
            **{name: _records(table) for name, table in tables.items()},
        }


def land_balance(
    changes: pd.DataFrame, *, ratio: float | None = None, share: float | None = None
) -> LandBalance:
    """Check that industrial land was replaced before it was taken.

    Parameters
    ----------
    changes
        Columns ``change_id``, ``date`` (a day; a month or a year is not one), ``town``,
        ``kind`` (``supply`` for land that was sold or allotted, anything else for a change of
        use), ``from_use`` and
        ``to_use`` (codes of 用地用海分类; an empty ``from_use`` of supply is no industrial
        land), ``area_mu`` (亩); ``plot_id`` where there is one.
    ratio
        亩 that must come in for one that leaves; None where no source gives it.
    share
        Least share of industry in the year's supply, 0 to 1; None as before.

    Returns
    -------
    balance
        Tables by town and year, of supply by year, of breaches and of what is unknown.

    Raises
    ------
    InputError
        Names the columns that are missing, or the changes with a negative area.
    """
    lacking = [name for name in _NEEDED if name not in changes]
    if lacking:
        raise InputError("land.balance.no_column", columns=lacking)
    table = _read(changes)
    open_rows = table["reason"].ne("")
    known = table[~open_rows]
    breaches = _breaches(known, table[open_rows], ratio)
    return LandBalance(
        towns=_towns(known, table[open_rows], breaches, ratio),
        supply=_supply(known, table[open_rows], share),
        breaches=breaches.drop(columns="year"),
        unknown=changes.loc[open_rows.to_numpy()].assign(
            reason=table.loc[open_rows, "reason"].to_numpy()
        ),
        ratio=ratio,
        share=share,
    )


def _read(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the changes with a day, whole units of area and where each leads."""
    table = pd.DataFrame(index=changes.index)
    table["change_id"] = changes["change_id"].astype("str")
    table["plot_id"] = changes.get("plot_id", pd.NA)
    table["town"] = changes["town"].astype("object").where(changes["town"].notna(), "")
    table["date"], table["year"] = change_days(changes["date"])
    area = pd.to_numeric(changes["area_mu"], errors="coerce").astype("float64")
    if (area < 0).any():
        wrong = table.loc[(area < 0).to_numpy(), "change_id"].head(5).tolist()
        raise InputError("land.balance.negative", changes=wrong)
    area = area.where(np.isfinite(area))
    table["area_mu"] = area
    table["units"] = np.rint(area.fillna(0.0) * _UNITS_PER_MU).astype("int64")
    supply = changes["kind"].eq(_SUPPLY).to_numpy(bool)
    before, after = _industrial(changes["from_use"]), _industrial(changes["to_use"])
    # land that is newly supplied was not in industry unless it says so
    before = before.mask(before.isna() & supply, other=False)
    table["supply"] = supply
    table["industry"] = after
    table["way"] = np.select(
        [
            (before & ~after).fillna(value=False),
            (~before & after).fillna(value=False),
            (before.notna() & after.notna()),
        ],
        ["out", "in", "same"],
        default="",
    )
    reasons = {
        "date": table["date"].isna(),
        "town": table["town"].eq(""),
        "area_mu": area.isna(),
        "from_use": before.isna(),
        "to_use": after.isna(),
    }
    told = np.array([f"{name};" for name in reasons], dtype=object)
    flags = np.column_stack([flag.to_numpy(bool) for flag in reasons.values()])
    table["reason"] = ["".join(told[row])[:-1] for row in flags]
    return table


def change_days(dates: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the days and the years of dates; one to the month or the year has no day.

    Parameters
    ----------
    dates
        Days or text, such as 2020-06-15, 2020-06, 2020年6月 or 2020.

    Returns
    -------
    days, years
        Datetimes and whole numbers, same index; missing where not known.
    """
    if pd.api.types.is_datetime64_any_dtype(dates):
        return dates, dates.dt.year.astype("Int64")
    text = dates.astype("object").where(dates.notna(), "").astype("str").str.strip()
    year = text.str.extract(_NO_DAY, expand=False)
    days = pd.to_datetime(text.mask(year.notna(), ""), errors="coerce", format="mixed")
    return days, year.astype("Float64").fillna(days.dt.year.astype("Float64")).astype("Int64")


def _industrial(codes: pd.Series) -> pd.Series:
    text = codes.astype("str").str.strip().str.removesuffix(".0")
    told = codes.notna() & text.ne("")
    return text.str.startswith(INDUSTRIAL[0]).astype("boolean").mask(~told)


def _breaches(known: pd.DataFrame, unsure: pd.DataFrame, ratio: float | None) -> pd.DataFrame:
    columns = [
        "change_id", "plot_id", "town", "date", "area_mu", "out_mu", "in_mu", "short_mu",
        "certain", "year",
    ]  # fmt: skip
    moves = known[known["way"].isin(["in", "out"])].copy()
    if ratio is None or moves.empty:
        return pd.DataFrame(columns=columns)
    # of one day, what comes in counts first: days have no hours
    moves["_second"] = moves["way"].eq("out")
    moves = moves.sort_values(["town", "date", "_second"], kind="stable")
    for way in ("in", "out"):
        units = moves["units"].where(moves["way"].eq(way), 0)
        moves[way] = units.groupby([moves["town"], moves["year"]]).cumsum()
    short = (moves["out"] * ratio - moves["in"]).clip(lower=0.0)
    broken = moves[moves["way"].eq("out") & (short > 0.5)].copy()  # noqa: PLR2004 half a unit
    broken["short_mu"] = _mu(short[broken.index].to_numpy(np.float64))
    for way in ("in", "out"):
        broken[f"{way}_mu"] = _mu(broken[way].to_numpy(np.float64))
    broken["certain"] = ~_touched(broken, unsure[unsure["way"].isin(["", "in"])])
    return broken[columns].reset_index(drop=True)


def _towns(
    known: pd.DataFrame, unsure: pd.DataFrame, breaches: pd.DataFrame, ratio: float | None
) -> pd.DataFrame:
    moves = known[known["way"].isin(["in", "out"])]
    table = moves.pivot_table(
        index=["town", "year"], columns="way", values="units", aggfunc="sum", fill_value=0
    ).reindex(columns=["in", "out"], fill_value=0)  # fmt: skip
    towns = table.index.to_frame(index=False)
    for way in ("in", "out"):
        towns[f"{way}_mu"] = _mu(table[way].to_numpy(np.float64))
    owed = table["out"].to_numpy(np.float64) * (1.0 if ratio is None else ratio)
    towns["balance_mu"] = _mu(table["in"].to_numpy(np.float64) - owed)
    if ratio is None:
        return towns.assign(kept=pd.array([pd.NA] * len(towns), dtype="boolean"))
    keys = pd.MultiIndex.from_frame(towns[["town", "year"]])
    broken = keys.isin(pd.MultiIndex.from_frame(breaches[["town", "year"]]))
    sure = keys.isin(
        pd.MultiIndex.from_frame(breaches.loc[breaches["certain"].astype(bool), ["town", "year"]])
    )
    # land that may have left, uncounted, could break what looks kept
    doubt = _touched(towns, unsure[unsure["way"].isin(["", "out"])])
    kept = pd.Series(~broken, index=towns.index, dtype="boolean")
    return towns.assign(kept=kept.mask((broken & ~sure) | (~broken & doubt)))


def _supply(known: pd.DataFrame, unsure: pd.DataFrame, share: float | None) -> pd.DataFrame:
    dated = unsure["year"].notna() & unsure["reason"].isin(_ORDER_ONLY)
    known, unsure = pd.concat([known, unsure[dated]]), unsure[~dated]
    sold = known[known["supply"]]
    whole = sold.groupby("year")["units"].sum()
    part = sold[sold["industry"].fillna(value=False)].groupby("year")["units"].sum()
    table = pd.DataFrame({"year": whole.index})
    units, own = whole.to_numpy(np.float64), part.reindex(whole.index, fill_value=0).to_numpy()
    table["supply_mu"], table["industry_mu"] = _mu(units), _mu(own.astype(np.float64))
    table["share"] = np.divide(own, units, out=np.full(len(units), np.nan), where=units > 0)
    table["minimum"] = np.nan if share is None else share
    kept = pd.Series(pd.NA, index=table.index, dtype="boolean")
    if share is not None:
        kept = (table["share"] >= share).astype("boolean").mask(table["share"].isna())
        open_years = unsure[unsure["supply"]]
        doubt = table["year"].isin(open_years["year"].dropna()) | bool(
            open_years["year"].isna().any()
        )
        kept = kept.mask(doubt)
    return table.assign(kept=kept)


def _touched(groups: pd.DataFrame, unsure: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which towns and years a change that could not be counted may belong to."""
    touched = np.zeros(len(groups), dtype=bool)
    for town, year in unsure[["town", "year"]].drop_duplicates().itertuples(index=False):
        same = np.ones(len(groups), dtype=bool)
        if town:
            same &= groups["town"].eq(town).to_numpy(bool)
        if not pd.isna(year):
            same &= groups["year"].eq(year).to_numpy(bool)
        touched |= same
    return touched


def _mu(units: NDArray[np.float64]) -> NDArray[np.float64]:
    return half_up(units / _UNITS_PER_MU, 4)


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    plain = table.copy()
    for name in plain.columns:
        if pd.api.types.is_datetime64_any_dtype(plain[name]):
            plain[name] = plain[name].dt.strftime("%Y-%m-%d")
    return [
        {str(key): None if pd.isna(value) else value for key, value in row.items()}
        for row in plain.astype(object).to_dict("records")
    ]
