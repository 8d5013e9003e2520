"""The shipped packs and the same rules written by hand, row by row, say the same."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "policy.py"
SPEC = importlib.util.spec_from_file_location("benchmark_of_policy", FILE)
HAND = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(HAND)

PACKS = HAND.all_packs()
PLOTS = HAND.make_rows(600)


@pytest.mark.parametrize("name", HAND.BY_HAND)
def test_every_result_of_every_rule_is_the_same(name):
    by_pack = HAND.by_pack(PLOTS, PACKS[name])
    by_hand = HAND.by_hand(PLOTS, name, HAND.industry_means(PLOTS))
    assert (by_pack == by_hand).all()
    # the rows are no test of a rule that never says yes, no and unknown
    for number, rule in enumerate(PACKS[name].rules):
        seen = set(by_pack[:, number].tolist())
        open_ = any(p.current is None for p in PACKS[name].settled)
        assert seen == {-1, 0, 1} or (open_ and seen == {-1, 0}), rule.id


def test_a_rule_that_differs_is_found():
    pack = PACKS["yueqing-2022"].choose(tax_floor=11)
    by_hand = HAND.by_hand(PLOTS, "yueqing-2022", HAND.industry_means(PLOTS))
    assert (HAND.by_pack(PLOTS, pack) != by_hand).any()
