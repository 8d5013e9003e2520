"""Sample links: who stands where, and how a plot with several firms is judged."""

from __future__ import annotations

import pytest

import platforms as ip


@pytest.fixture(scope="module")
def city():
    return ip.Workspace.open("yueqing")


@pytest.fixture(scope="module")
def links(city):
    return city.table("sample_links")


def test_every_row_is_marked_and_every_listed_firm_has_its_plots(city, links):
    assert city.card("sample_links").sample
    assert links["basis"].eq("sample").all()
    firms = city.layer("sample_firms")
    assert set(links["firm_id"]) == set(firms["firm_id"])
    owners = links[links["role"].eq("owner")]
    home = firms[firms["plot_id"].notna()]
    pairs = set(zip(owners["firm_id"], owners["plot_id"], strict=True))
    assert set(zip(home["firm_id"], home["plot_id"], strict=True)) <= pairs
    assert owners["plot_id"].is_unique
    # a tenant is where it rents, and only there
    tenants = links[links["role"].eq("tenant")]
    assert set(tenants["firm_id"]) == set(firms.loc[firms["plot_id"].isna(), "firm_id"])
    assert tenants["firm_id"].is_unique


def test_it_is_many_to_many(links):
    assert links["plot_id"].duplicated(keep=False).sum() > 20
    assert links["firm_id"].duplicated(keep=False).sum() > 20


@pytest.mark.parametrize("several", ["sum", "main", "any", "all"])
def test_a_plot_with_several_firms_is_judged_as_stated(city, links, several):
    plots = ip.measure(city.layer("plots"))
    folder = city.layers_dir
    firms = ip.read_firms(folder / "sample_firms.csv").frame
    told = ip.read_links(folder / "sample_links.csv").frame
    joined = ip.join_firms(plots, firms, links=told, several=several)
    assert joined.counts["firms"]["unmatched"] == 0
    shared = joined.frame["firm_count"] > 1
    assert shared.sum() == links["plot_id"].duplicated().sum()
    assert set(joined.frame.loc[shared, "firm_way"]) == {several}
    # what the firms pay stands on the plots, to the last 万元
    tax = joined.totals.set_index("column").loc["tax_wan_2021"]
    rest = tax["absent"] + tax["left_out"] + tax["open"]
    assert tax["matched"] == pytest.approx(tax["placed"] + rest, abs=1e-6)
    pack = city.rules("2022")
    plot_id = joined.frame.loc[shared, "plot_id"].iloc[0]
    trees = joined.explain(pack, plot_id)
    names = set(links.loc[links["plot_id"].eq(plot_id), "name"])
    if several in {"any", "all"}:
        assert {tree.plot_id for tree in trees} == {f"{plot_id}/{name}" for name in names}
    else:
        assert [tree.plot_id for tree in trees] == [plot_id]
