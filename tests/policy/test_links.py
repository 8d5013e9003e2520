"""Firms on plots: nothing is lost, nothing is counted twice, nothing is guessed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_rows import PACK_2022, peers, plot

from platforms.errors import InputError
from platforms.policy.evaluate import assess
from platforms.policy.links import SEVERAL, join_firms
from platforms.policy.sharing import share_out

CODES = ["91350100M000100Y43", "91330382MA2ABCDE01", "91330382MA2ABCDE02", "91330382MA2ABCDE03"]


def firms(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"credit_code": CODES[n], "name": f"企业{n}"} | r for n, r in enumerate(rows)]
    )


def plots(*areas_mu: float, **columns: list[object]) -> pd.DataFrame:
    ids = [f"P{n}" for n in range(len(areas_mu))]
    return pd.DataFrame({"plot_id": ids, "area_mu": areas_mu} | columns)


def kinds(joined) -> dict[str, int]:
    return {k: n for k, n in joined.issues.by_kind().items() if k != "code_check_digit"}


# matching


def test_a_code_goes_before_a_name_and_a_name_is_compared_after_folding():
    table = firms(
        {"name": "乐清甲（集团）有限责任公司", "tax_wan_2021": 10.0},
        {"name": "乙公司", "tax_wan_2021": 20.0},
    )
    land = plots(
        1, 1, 1,
        credit_code=[f" {CODES[1].lower()} ", None, "9133"],
        firm_name=["随便什么", "乐清甲(集团) 有限公司", "乙公司"],
    )  # fmt: skip
    joined = join_firms(land, table)
    assert joined.frame["firm_main"].tolist() == ["乙公司", "乐清甲（集团）有限责任公司", "乙公司"]
    assert joined.frame["firm_match"].tolist() == ["code", "name", "name"]
    assert joined.frame["tax_wan_2021"].tolist() == [10.0, 10.0, 10.0]
    assert kinds(joined) == {"matched_by_name": 2}


def test_likeness_is_not_sameness():
    table = firms({"name": "甲电气有限公司"})
    joined = join_firms(plots(1, firm_name=["甲电器有限公司"]), table)
    assert kinds(joined) == {"plot_without_firm": 1, "firm_unmatched": 1}
    assert joined.frame["firm_way"].tolist() == ["none"]


def test_a_name_that_two_firms_share_matches_neither():
    table = firms({"name": "甲有限公司", "tax_wan_2021": 1.0}, {"name": "甲有限责任公司"})
    joined = join_firms(plots(1, firm_name=["甲有限公司"]), table)
    assert kinds(joined) == {"name_ambiguous": 1, "firm_unmatched": 2}
    assert joined.frame["tax_wan_2021"].isna().all()


def test_one_name_with_two_codes_is_two_firms():
    land = plots(1, firm_name=["企业0"], credit_code=[CODES[2]])
    assert kinds(join_firms(land, firms({}))) == {"firm_code_differs": 1, "firm_unmatched": 1}


def test_a_code_that_stands_twice_among_the_firms_matches_nothing():
    table = firms({"tax_wan_2021": 1.0}, {"tax_wan_2021": 2.0})
    table["credit_code"] = CODES[0]
    joined = join_firms(plots(1, credit_code=[CODES[0]]), table)
    assert kinds(joined)["firm_double"] == 1
    assert joined.counts["firms"] == {"in": 2, "matched": 0, "unmatched": 2}


def test_check_digits_are_reported_and_not_enforced():
    table = firms({"tax_wan_2021": 1.0}, {"tax_wan_2021": 2.0})
    joined = join_firms(plots(1, 1, credit_code=CODES[:2]), table)
    assert joined.issues.by_kind() == {"code_check_digit": 1}
    assert joined.frame["tax_wan_2021"].tolist() == [1.0, 2.0]


def test_a_cell_may_name_several_firms():
    land = plots(1, firm_name=["企业0、企业1"])
    joined = join_firms(land, firms({"tax_wan_2021": 1.0}, {"tax_wan_2021": 2.0}))
    assert joined.frame["firm_count"].tolist() == [2]
    assert joined.frame["tax_wan_2021"].tolist() == [3.0]


def test_plots_without_a_name_are_counted_once():
    joined = join_firms(plots(1, 1, firm_name=[None, "—"]), firms({}))
    assert kinds(joined) == {"plots_without_name": 1, "firm_unmatched": 1}


# figures

LINKS = pd.DataFrame(
    [
        {"credit_code": CODES[0], "plot_id": "P0", "share": 0.25, "role": "owner"},
        {"credit_code": CODES[0], "plot_id": "P1", "share": 0.75, "role": "owner"},
        {"credit_code": CODES[1], "plot_id": "P1", "share": None, "role": "租赁"},
    ]
)
TWO = firms(
    {"tax_wan_2021": 100.0, "scale": "above", "grade_2021": "A"},
    {"tax_wan_2021": 8.0, "scale": "below", "grade_2021": "D"},
)


def test_figures_go_by_share_and_are_added():
    joined = join_firms(plots(10, 10), TWO, links=LINKS)
    assert joined.frame["tax_wan_2021"].tolist() == [25.0, 83.0]
    assert joined.frame["firm_way"].tolist() == ["single", "sum"]
    assert joined.frame["scale"].tolist() == ["above", "below"]  # its part there is all of it
    assert sorted(joined.pairs["role"]) == ["owner", "owner", "tenant"]


def test_without_shares_figures_go_by_area():
    joined = join_firms(plots(10, 30), TWO, links=LINKS.drop(columns="share"))
    assert joined.frame["tax_wan_2021"].tolist() == [25.0, 83.0]


def test_the_main_firm_has_the_most_land_there():
    table = TWO.assign(area_mu=[40.0, 5.0])
    joined = join_firms(plots(10, 10), table, links=LINKS, several="main")
    assert joined.frame["firm_main"].tolist() == ["企业0", "企业0"]
    assert joined.frame["grade_2021"].tolist() == ["A", "A"]
    assert joined.frame["tax_wan_2021"].tolist() == [25.0, 75.0]
    account = joined.totals.set_index("column").loc["tax_wan_2021"]
    assert (account["placed"], account["left_out"]) == (100.0, 8.0)


def test_an_owner_goes_before_a_tenant_of_the_same_size():
    links = pd.DataFrame(
        {"credit_code": CODES[:2], "plot_id": ["P0", "P0"], "role": ["tenant", "owner"]}
    )
    joined = join_firms(plots(10), TWO, links=links)
    assert joined.frame["firm_main"].tolist() == ["企业1"]


def test_what_one_firm_lacks_is_unknown_for_the_plot_and_never_smaller():
    table = TWO.assign(tax_wan_2021=[100.0, None])
    joined = join_firms(plots(10, 10), table, links=LINKS)
    assert joined.frame["tax_wan_2021"].tolist()[0] == 25.0
    assert math.isnan(joined.frame["tax_wan_2021"].tolist()[1])
    account = joined.totals.set_index("column").loc["tax_wan_2021"]
    assert (account["placed"], account["open"], account["unknown_firms"]) == (25.0, 75.0, 1)


def test_a_plot_that_is_not_here_keeps_its_part():
    joined = join_firms(plots(10), TWO, links=LINKS)
    assert joined.frame["tax_wan_2021"].tolist() == [25.0]
    account = joined.totals.set_index("column").loc["tax_wan_2021"]
    assert (account["matched"], account["placed"], account["absent"]) == (108.0, 25.0, 83.0)
    assert kinds(joined)["link_plot_absent"] == 2


def test_a_plot_that_is_not_here_and_has_no_share_leaves_the_firm_open():
    joined = join_firms(plots(10), TWO, links=LINKS.drop(columns="share"))
    assert joined.frame["tax_wan_2021"].isna().all()
    assert kinds(joined)["share_open"] == 1


def test_shares_that_do_not_sum_to_one_are_scaled_and_named():
    links = LINKS.assign(share=[0.1, 0.3, "100％"])
    joined = join_firms(plots(10, 10), TWO, links=links)
    assert joined.frame["tax_wan_2021"].tolist() == [25.0, 83.0]
    assert kinds(joined) == {"share_sum": 1}


def test_bad_links_are_named():
    bad = pd.DataFrame(
        [
            {"credit_code": CODES[0], "plot_id": "P0", "share": "1.5", "role": None},
            {"credit_code": CODES[3], "plot_id": "P0", "share": None, "role": None},
            {"credit_code": CODES[1], "plot_id": "P1", "share": 0.4, "role": None},
            {"credit_code": CODES[1], "plot_id": "P1", "share": 0.6, "role": None},
            {"credit_code": CODES[1], "plot_id": "P1", "share": 0.6, "role": None},
        ]
    )
    joined = join_firms(plots(10, 10), TWO, links=bad)
    assert joined.frame["tax_wan_2021"].tolist() == [100.0, 8.0]
    assert kinds(joined) == {"link_share_wrong": 1, "link_unmatched": 1, "link_double": 1}


def test_the_firms_table_goes_before_the_plots_own_figures():
    land = plots(10, 10, tax_wan_2021=[7.0, 7.0], credit_code=CODES[:2])
    joined = join_firms(land, TWO)
    assert joined.frame["tax_wan_2021"].tolist() == [100.0, 8.0]
    assert kinds(joined) == {"firm_columns_used": 1}
    assert land["tax_wan_2021"].tolist() == [7.0, 7.0]


def test_land_that_differs_is_named():
    joined = join_firms(plots(10, credit_code=CODES[:1]), firms({"area_mu": 13.0}))
    assert kinds(joined) == {"firm_land_differs": 1}


@pytest.mark.parametrize("links", [LINKS.drop(columns="plot_id"), LINKS[["plot_id", "share"]]])
def test_links_need_their_columns(links):
    with pytest.raises(InputError, match="plot_id"):
        join_firms(plots(1), TWO, links=links)


def test_an_unknown_way_is_refused():
    with pytest.raises(InputError, match="sum"):
        join_firms(plots(1), TWO, several="best")


def test_nothing_to_join_is_no_fault():
    joined = join_firms(plots(), TWO.iloc[:0])
    assert joined.counts["pairs"] == {"links": 0, "code": 0, "name": 0, "absent": 0}
    for way in SEVERAL:
        assert join_firms(plots(1), TWO, several=way).frame["firm_count"].tolist() == [0]


# algebra

amounts = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2))


@given(amounts, st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20), st.randoms())
def test_parts_sum_to_the_whole_in_any_order(total, sizes, rng):
    weight = np.array(sizes) / sum(sizes)
    parts = share_out(np.array([total]), np.zeros(len(sizes), dtype=np.int64), weight).tolist()
    rng.shuffle(parts)
    assert sum(parts) == total
    assert all(part * total >= 0 for part in parts)


@st.composite
def counties(draw):
    """Return plots, firms with some figures missing, and links."""
    areas = draw(st.lists(st.floats(0.1, 500), min_size=1, max_size=6))
    taxes = draw(st.lists(st.one_of(st.none(), amounts), min_size=1, max_size=4))
    cells = st.tuples(
        st.integers(0, len(taxes) - 1),
        st.integers(0, len(areas)),  # one more than there are
        st.one_of(st.none(), st.floats(0, 1)),
        st.sampled_from(["owner", "tenant", None]),
    )
    rows = draw(st.lists(cells, max_size=12, unique_by=lambda c: c[:2]))
    links = pd.DataFrame(
        [(CODES[f], f"P{p}", s, r) for f, p, s, r in rows],
        columns=["credit_code", "plot_id", "share", "role"],
    )
    return plots(*areas), firms(*({"tax_wan_2021": t} for t in taxes)), links


@settings(max_examples=50)
@given(counties(), st.sampled_from(["sum", "main"]))
def test_every_wan_of_the_matched_firms_is_somewhere_once(county, way):
    land, table, links = county
    joined = join_firms(land, table, links=links, several=way)
    account = joined.totals.set_index("column").loc["tax_wan_2021"]
    linked = table[table["credit_code"].isin(links["credit_code"])]
    matched = math.fsum(linked["tax_wan_2021"].dropna())
    assert account["matched"] == pytest.approx(matched, abs=1e-5)
    parts = account[["placed", "absent", "left_out", "open"]].sum()
    assert parts == pytest.approx(matched, rel=1e-9, abs=1e-4)
    assert account["placed"] == pytest.approx(joined.frame["tax_wan_2021"].sum(), abs=1e-4)
    # all plots are here and all figures known: the plots sum to the firms
    if (
        way == "sum"
        and not (links["plot_id"] == f"P{len(land)}").any()
        and (linked["tax_wan_2021"].notna().all())
    ):
        assert joined.frame["tax_wan_2021"].sum() == pytest.approx(matched, rel=1e-9, abs=1e-4)


@settings(max_examples=40)
@given(counties(), st.sampled_from(SEVERAL), st.randoms())
def test_the_order_of_rows_changes_nothing(county, way, rng):
    land, table, links = county
    turned = [
        frame.iloc[rng.sample(range(len(frame)), len(frame))] for frame in (land, table, links)
    ]
    one = join_firms(land, table, links=links, several=way)
    other = join_firms(turned[0], turned[1], links=turned[2], several=way)
    left, right = (j.frame.set_index("plot_id").sort_index() for j in (one, other))
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert one.totals.equals(other.totals)


# verdicts

LOW, GOOD, OPEN = 100.0, 200.0, None


def judged(*taxes: float | None, several: str) -> tuple[str, str, str]:
    """Judge one plot of 10 亩 with some firms of 10 亩 each; the industry's mean is 20."""
    rows = [plot(tax_wan_2021=tax, area_mu=10.0) for tax in taxes]
    table = firms(*({k: v for k, v in row.items() if k != "plot_id"} for row in rows))
    others = peers().drop(columns=["plot_id"])
    table = pd.concat([table, others.assign(name=[f"同行{n}" for n in range(5)])])
    links = pd.DataFrame({"credit_code": CODES[: len(taxes)], "plot_id": "P0"})
    joined = join_firms(plots(10), table, links=links, several=several)
    out = joined.assess(PACK_2022).iloc[0]
    return out["verdict"], out["rules_hit"], out["missing"]


@pytest.mark.parametrize(
    ("taxes", "one", "every"),
    [
        ((LOW, GOOD), "low_efficiency", "not"),
        ((LOW, LOW), "low_efficiency", "low_efficiency"),
        ((GOOD, GOOD), "not", "not"),
        ((LOW, OPEN), "low_efficiency", "unknown"),
        ((GOOD, OPEN), "unknown", "not"),
        ((OPEN, OPEN), "unknown", "unknown"),
    ],
)
def test_any_and_all_are_kleenes(taxes, one, every):
    for way, expected in (("any", one), ("all", every)):
        verdict, hit, missing = judged(*taxes, several=way)
        assert verdict == expected
        assert (hit == "above_scale_tax") == (verdict == "low_efficiency")
        assert (missing == "tax_wan_2021") == (verdict == "unknown")


def test_each_firm_is_explained():
    links = pd.DataFrame({"credit_code": CODES[:2], "plot_id": "P0"})
    joined = join_firms(plots(10, 5), TWO, links=links, several="any")
    trees = joined.explain(PACK_2022, "P0")
    assert [tree.plot_id for tree in trees] == ["P0/企业1", "P0/企业0"]
    assert len(joined.explain(PACK_2022, "P1")) == 1
    with pytest.raises(InputError, match="P9"):
        joined.explain(PACK_2022, "P9")


def test_one_firm_a_plot_is_judged_as_before():
    land = pd.DataFrame([plot(plot_id="A", tax_wan_2021=150.0), *peers().to_dict("records")])
    land["credit_code"] = [f"SAMPLE{n:012d}" for n in range(len(land))]
    bare = [c for c in land if c.startswith("tax") or c in {"scale", "industry_code"}]
    joined = join_firms(land.drop(columns=bare), land[["credit_code", *bare]])
    columns = ["plot_id", "verdict", "rules_hit", "missing"]
    old, new = assess(land, PACK_2022), joined.assess(PACK_2022)
    pd.testing.assert_frame_equal(old[columns], new[columns])
