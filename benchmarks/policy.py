"""All shipped rules over many plots, beside the same rules written row by row.

    python benchmarks/policy.py [--plots 100000] [--repeat 5] [--rows 100000] [--firms] [--profile]

Made-up plots with gaps are judged by every shipped rule pack: the results of each rule and
the verdicts (``evaluate``), then the whole columns with reasons (``assess``). Beside it the
same rules stand below by hand as functions of one row for ``DataFrame.apply``, which has the
means of the industries given; they tell results only, not what is missing. Every result of
every rule must be the same. The two take turns; medians of processor time are printed.
``--rows`` applies by row to that many only and says what all would take.

Then as many firms, each on one plot and every tenth on a second, are joined to the plots, by a
table of links and by the codes and names that the plots carry, and judged by every pack.
``--profile`` says where that time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import math
import os
import pstats
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import platforms as ip

Truth = bool | None
Row = pd.Series

DAY = dt.date(2022, 12, 31)
FLAGS = (True, False)


def all_packs() -> dict[str, object]:
    """Return every shipped rule pack by id."""
    packs: dict[str, object] = {}
    for city in ("yueqing", "taizhou"):
        try:
            # a national pack judges for the year of the first city, which is that of DAY
            packs = {**ip.Workspace.open(city).packs, **packs}
        except ip.PlatformsError as error:
            print(f"{city}: {error}")
    return packs


def make_rows(count: int, seed: int = 7) -> pd.DataFrame:
    """Return made-up plots with every column that the rules read, a twelfth of it missing."""
    rng = np.random.default_rng(seed)

    def gaps(values: np.ndarray) -> pd.Series:
        column = pd.Series(values)
        return column.mask(rng.random(count) < 1 / 12)

    def number(low: float, high: float, digits: int) -> pd.Series:
        return gaps(np.round(rng.uniform(low, high, count), digits))

    def word(*words: object) -> pd.Series:
        return gaps(np.array(words, dtype=object)[rng.integers(0, len(words), count)])

    def day(first: str) -> pd.Series:
        days = np.datetime64(first) + rng.integers(0, 1500, count).astype("timedelta64[D]")
        return gaps(days.astype("datetime64[us]"))

    columns = {
        "plot_id": pd.Series(np.arange(count).astype(str)),
        "scale": word("above", "below"),
        "industry_code": word(*(f"C{n}" for n in range(13, 44))),
        "area_mu": number(0, 60, 2),
        "declared_m2": number(0, 40_000, 1),
        "status": word("producing", "building", "idle", "vacant"),
        "energy_intensive": word(*FLAGS),
        "energy_limit_met": word(*FLAGS),
        "far": number(0.5, 1.5, 1),
        "poor_buildings": word(*FLAGS),
        "outdated_facilities": word(*FLAGS),
        "banned_industry": word(*FLAGS),
        "item_five": word(*FLAGS),
        "built_share": number(0, 1, 1),
        "invested_share": number(0, 1, 2),
        "contract_tax_wan_per_mu": number(0, 30, 0),
        "agreed_start_date": day("2019-01-01"),
        "agreed_completion_date": day("2020-01-01"),
        "stopped_date": day("2020-01-01"),
        "fact_urban_boundary_share": number(0, 1, 1),
    }
    for year in (2019, 2020, 2021, 2024):
        columns[f"tax_wan_{year}"] = number(0, 600, 1)
        columns[f"grade_{year}"] = word("A", "B", "C", "D")
        columns[f"energy_tce_{year}"] = number(0, 8000, 0)
        columns[f"value_added_wan_{year}"] = number(0, 12_000, 0)
    return pd.DataFrame(columns)


def make_firms(plots: pd.DataFrame, seed: int = 11) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return made-up firms with the figures of the plots, and their links to the plots.

    The plots get the codes and names of their firms. One code in twenty is missing there, so
    that the name decides.
    """
    rng = np.random.default_rng(seed)
    count = len(plots)
    signs = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    digits = rng.integers(0, len(signs), (count, 17))
    check = -(digits @ np.array([pow(3, place, 31) for place in range(17)])) % 31
    firms = pd.DataFrame(
        {
            "firm_id": [f"F{n}" for n in range(count)],
            "credit_code": ["".join(row) for row in signs[np.column_stack([digits, check])]],
            "name": [f"乐清市示例{n:06d}电气（集团）有限责任公司" for n in range(count)],
        }
    )
    figures = [c for c in plots if c.startswith(("tax_wan", "grade", "energy", "value_added"))]
    for column in ("scale", "industry_code", *figures):
        firms[column] = plots[column]
    plot = rng.permutation(count)
    second = np.arange(0, count, 10)
    links = pd.DataFrame(
        {
            "plot_id": plots["plot_id"].to_numpy()[np.append(plot, plot[second - 1])],
            "credit_code": firms["credit_code"].to_numpy()[np.append(np.arange(count), second)],
        }
    )
    held = np.argsort(plot)
    plots["credit_code"] = firms["credit_code"].mask(rng.random(count) < 1 / 20).to_numpy()[held]
    plots["firm_name"] = firms["name"].to_numpy()[held]
    return firms.sample(frac=1, random_state=1).reset_index(drop=True), links


def join_and_judge(
    plots: pd.DataFrame, firms: pd.DataFrame, links: pd.DataFrame | None, packs: dict[str, object]
) -> tuple[float, float]:
    """Return the seconds of the join, and of the join and all verdicts."""
    joining, joined = spent(lambda: ip.join_firms(plots, firms, links=links))
    judging, _ = spent(lambda: [joined.evaluate(pack) for pack in packs.values()])
    return joining, joining + judging


def firms_told(plots: pd.DataFrame, packs: dict[str, object], repeat: int, profile: bool) -> None:  # noqa: FBT001
    """Print what joining and judging takes, by links and by what the plots carry."""
    firms, links = make_firms(plots)
    for title, table in (("links", links), ("codes and names", None)):
        turns = [join_and_judge(plots, firms, table, packs) for _ in range(repeat)]
        joining, whole = (statistics.median(part) for part in zip(*turns, strict=True))
        print(f"{len(firms):,} firms by {title}: join {joining:.3f} s,", end=" ")
        print(f"join and evaluate {whole:.3f} s")
        if profile:
            watch = cProfile.Profile()
            watch.runcall(ip.join_firms, plots, firms, links=table)
            pstats.Stats(watch).sort_stats("tottime").print_stats(20)


# three-valued logic on single values: None is unknown


def every(*parts: Truth) -> Truth:
    return False if False in parts else None if None in parts else True


def some(*parts: Truth) -> Truth:
    return True if True in parts else None if None in parts else False


def no(part: Truth) -> Truth:
    return None if part is None else not part


def empty(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def equal(value: object, other: object) -> Truth:
    return None if empty(value) else value == other


def yes(value: object) -> Truth:
    return None if empty(value) else bool(value)


def among(value: object, words: tuple[str, ...] | None) -> Truth:
    return None if empty(value) or words is None else value in words


def below(value: float | None, limit: float | None) -> Truth:
    if empty(value) or empty(limit):
        return None
    return value < limit and not math.isclose(value, limit, rel_tol=1e-9)


def above(value: float | None, limit: float | None) -> Truth:
    return None if empty(value) or empty(limit) else below(limit, value)


def at_least(value: float | None, limit: float | None) -> Truth:
    return no(below(value, limit))


def at_most(value: float | None, limit: float | None) -> Truth:
    return no(above(value, limit))


def over(upper: float, lower: float) -> float | None:
    return None if empty(upper) or empty(lower) or lower <= 0 else upper / lower


def a_year_later(day: pd.Timestamp) -> dt.date:
    try:
        return day.date().replace(year=day.year + 1)
    except ValueError:
        return dt.date(day.year + 1, 2, 28)


def full_year(day: pd.Timestamp, until: dt.date) -> Truth:
    return None if empty(day) else until >= a_year_later(day)


def passed(day: pd.Timestamp, until: dt.date) -> Truth:
    return None if empty(day) else until > day.date()


# the rules by hand, with the readings that the packs have chosen


def yueqing_2022(row: Row, means: dict[str, float]) -> list[Truth]:
    large, small = equal(row["scale"], "above"), equal(row["scale"], "below")
    mean = None if empty(row["industry_code"]) else means.get(row["industry_code"])
    tax = {year: over(row[f"tax_wan_{year}"], row["area_mu"]) for year in (2020, 2021)}
    return [
        every(large, below(tax[2021], None if mean is None else 0.9 * mean)),
        every(small, among(row["grade_2020"], ("C",)), among(row["grade_2021"], ("C",))),
        every(small, below(tax[2020], 10), below(tax[2021], 10)),
        every(yes(row["energy_intensive"]), no(yes(row["energy_limit_met"]))),
    ]


def yueqing_electric(row: Row, _: dict[str, float]) -> list[Truth]:
    tax = over(row["tax_wan_2021"], row["area_mu"])
    producing = equal(row["status"], "producing")
    built = row["built_share"]
    missed = some(below(row["invested_share"], 1), below(tax, row["contract_tax_wan_per_mu"]))
    return [
        every(among(row["industry_code"], ("C38",)), below(tax, 5)),
        every(
            above(built, 0), below(built, 1),
            some(producing, passed(row["agreed_completion_date"], DAY)),
        ),
        every(at_least(built, 1), among(row["status"], ("idle", "vacant"))),
        every(producing, missed),
    ]  # fmt: skip


def yueqing_two_high(row: Row, _: dict[str, float]) -> list[Truth]:
    intensive, energy = yes(row["energy_intensive"]), row["energy_tce_2021"]
    intensity = over(energy, row["value_added_wan_2021"])
    return [
        every(intensive, at_least(energy, 5000)),
        every(intensive, above(intensity, 0.52)),
        every(intensive, at_least(energy, 1000), below(energy, 5000)),
        every(intensive, above(intensity, 0.49)),
    ]


def idle_land(row: Row, _: dict[str, float]) -> list[Truth]:
    built = row["built_share"]
    little = some(below(built, 1 / 3), below(row["invested_share"], 0.25))
    working = among(row["status"], ("producing", "building"))
    return [
        every(at_most(built, 0), full_year(row["agreed_start_date"], DAY)),
        every(no(working), above(built, 0), little, full_year(row["stopped_date"], DAY)),
    ]


def taizhou_2025(row: Row, _: dict[str, float]) -> list[Truth]:
    inside = at_least(row["fact_urban_boundary_share"], 0.5)
    # the guide and the list of excepted industries could not be sourced
    return [
        every(inside, below(over(row["tax_wan_2024"], row["area_mu"]), None)),
        every(inside, below(row["far"], 1.0), no(among(row["industry_code"], None))),
        every(
            inside,
            some(yes(row["poor_buildings"]), yes(row["outdated_facilities"])),
        ),
        every(inside, yes(row["banned_industry"])),
        every(inside, yes(row["item_five"])),
    ]


BY_HAND: dict[str, Callable[[Row, dict[str, float]], list[Truth]]] = {
    "yueqing-2022": yueqing_2022,
    "yueqing-electric-145": yueqing_electric,
    "yueqing-two-high": yueqing_two_high,
    "idle-land-53": idle_land,
    "taizhou-2025": taizhou_2025,
}


def industry_means(plots: pd.DataFrame) -> dict[str, float]:
    """Return the weighted mean tax of 2019 and 2020 of the firms above scale, five at least."""
    firms = plots[(plots["scale"] == "above") & (plots["area_mu"] > 0)]
    sums = {}
    for code, group in firms.groupby("industry_code"):
        years = [group[group[f"tax_wan_{year}"].notna()] for year in (2019, 2020)]
        if min(map(len, years)) >= 5:  # noqa: PLR2004 the pack's minimum_peers
            tax = years[0]["tax_wan_2019"].sum() + years[1]["tax_wan_2020"].sum()
            sums[str(code)] = tax / sum(year["area_mu"].sum() for year in years)
    return sums


def by_hand(plots: pd.DataFrame, pack: str, means: dict[str, float]) -> np.ndarray:
    """Return the results of a pack's rules row by row: 1 hit, 0 unknown, -1 not."""
    rules = BY_HAND[pack]
    told = plots.apply(lambda row: rules(row, means), axis=1, result_type="reduce")
    codes = {True: 1, None: 0, False: -1}
    return np.array([[codes[part] for part in row] for row in told], dtype=np.int8)


def by_pack(plots: pd.DataFrame, pack: object) -> np.ndarray:
    """Return the same from the pack."""
    found = ip.evaluate(plots, pack)
    return np.column_stack([step.result for step in found.rules])


def spent(work: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def disagreements(plots: pd.DataFrame, packs: dict[str, object]) -> dict[str, int]:
    """Count the results that differ between the packs and the rules by hand."""
    means = industry_means(plots)
    return {
        name: int((by_pack(plots, pack) != by_hand(plots, name, means)).sum())
        for name, pack in packs.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--firms", action="store_true", help="the firms only")
    given = parser.parse_args()
    packs = all_packs()
    assert set(packs) == set(BY_HAND), set(packs) ^ set(BY_HAND)
    plots = make_rows(given.plots)
    some_rows = plots.head(given.rows or given.plots)
    share = len(some_rows) / len(plots)
    print(f"load at the start: {os.getloadavg()[0]:.2f}")
    rules = sum(len(pack.rules) for pack in packs.values())
    print(f"{len(plots):,} plots, {len(packs)} packs, {rules} rules")
    if given.firms:
        firms_told(plots, packs, given.repeat, given.profile)
        return
    means = industry_means(plots)
    times: dict[str, list[float]] = {"evaluate": [], "assess": [], "apply": []}
    for turn in range(given.repeat):
        fast, results = spent(lambda: {n: by_pack(plots, p) for n, p in packs.items()})
        times["evaluate"].append(fast)
        times["assess"].append(spent(lambda: [ip.assess(plots, p) for p in packs.values()])[0])
        if turn == 0 or given.repeat <= 3:  # noqa: PLR2004 by row takes long
            slow, hand = spent(lambda: {n: by_hand(some_rows, n, means) for n in packs})
            times["apply"].append(slow / share)
            for name in packs:
                wrong = int((results[name][: len(some_rows)] != hand[name]).sum())
                assert wrong == 0, f"{name}: {wrong} results differ"
    middle = {name: statistics.median(spans) for name, spans in times.items()}
    print(f"evaluate  {middle['evaluate']:8.3f} s processor time")
    print(f"assess    {middle['assess']:8.3f} s, with reasons and measures")
    print(f"apply     {middle['apply']:8.3f} s, by row" + ("" if share == 1 else ", reckoned"))
    print(f"evaluate is {middle['apply'] / middle['evaluate']:.0f} times faster than by row,")
    print(f"assess {middle['apply'] / middle['assess']:.0f} times; all results are the same")
    firms_told(plots, packs, given.repeat, given.profile)


if __name__ == "__main__":
    main()
