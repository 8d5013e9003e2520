from __future__ import annotations

import pandas as pd
import pytest

from platforms.app.targets.target_panel import facts_of
from platforms.app.targets.target_rows import bars_of, cited, target_table
from platforms.planning.drill import target_standing


@pytest.fixture(scope="module")
def told(example):
    """The targets of the example, three of them reported."""
    rows = [
        ("yq2022-10", 150.0, "亩", "2022-06", "快报", "甲"),
        ("yq2022-28", 130.0, "家", "2022", "年报", "乙"),
        ("yq145-m12a", 25.0, "个", "2022", "年报", "乙"),
    ]
    columns = ["target_id", "value", "unit", "date", "source", "author"]
    return target_standing(example, reported=pd.DataFrame(rows, columns=columns))


def row(status, target):
    return status[status["target_id"].eq(target)].to_dict("records")[0]


def test_only_what_was_reached_fills_the_bar(board, told):
    table, _ = target_table(board, told)
    share = table["完成度"]
    assert share["yq2022-10"] == 50
    # more than all is all
    assert share["yq2022-28"] == 100
    # measured on the plots, in a year of the plan
    assert 0 < share["yq145-10"] < 100
    # the tax of 2021 says nothing of 2022
    assert pd.isna(share["yq2022-01"])
    # one year of five
    assert share["yq145-m12a"] == 20
    # what could be vacated is no share of what was
    assert pd.isna(share["yq145-06"])
    assert pd.isna(share["yq2016-01"])


def test_an_offer_leaves_no_gap_in_the_table(board, told):
    gap = target_table(board, told)[0]["差距"]
    assert gap["yq2022-10"] == 150
    assert gap["yq2022-28"] == -10
    assert gap["yq145-10"] > 0
    assert gap[["yq2022-01", "yq145-06", "yq2023-42a", "yq2016-z1"]].isna().all()
    # the run itself stays as it was
    assert told["gap"].notna().sum() == 10


def test_what_can_be_compared_stands_first(board, told):
    table, _ = target_table(board, told)
    known = table["上报值"].notna() | table["计算值"].notna()
    assert known.tolist() == sorted(known, reverse=True)
    assert known.sum() == 10
    assert len(table) == len(told)


@pytest.mark.parametrize(
    ("target", "labels"),
    [
        ("yq2022-10", ["目标值", "上报值", "计算潜力"]),
        ("yq2022-01", ["目标值", "计算值"]),
        ("yq2016-z1", ["目标值", "文件点名"]),
        ("yq2016-01", ["基期值", "目标值"]),
        # the base of a growth is in another unit
        ("yq145-16", ["目标值"]),
        ("yq2016-15", []),
    ],
)
def test_bars_show_what_is_known(told, target, labels):
    html = bars_of(row(told, target))
    assert [label for label in ("基期值", "目标值", "上报值", "计算值", "计算潜力", "文件点名")
            if f">{label}<" in html] == labels  # fmt: skip


def test_a_citation_has_the_date_of_its_document(board, told):
    assert cited(row(told, "yq2023-42a"), board).endswith("附件第 42 行 · 2023-01-28")
    # a document without a date has none
    assert "·" not in cited(row(told, "yq145-01"), board)


def test_no_targets_are_an_empty_table(board):
    table, _ = target_table(board, board.status.iloc[:0])
    assert table.empty


def test_what_is_counted_has_no_decimals(told):
    counted = row(told, "yq2022-28") | {"computed": 219.0, "computed_kind": "attained"}
    assert ">219<" in bars_of(counted)
    assert "219.00" not in bars_of(counted)
    land = row(told, "yq2022-10") | {"computed": 3414.265, "computed_kind": "potential"}
    assert ">3,414.27<" in bars_of(land)


def test_what_is_reached_needs_no_more_a_year(told):
    left = row(told, "yq2022-10")
    reached = row(told, "yq2022-28") | {"pace_year": left["pace_year"]}
    assert reached["state"] == "reached"
    assert "每年须推进" not in "".join(map(str, facts_of(reached)))
    assert "每年须推进" in "".join(map(str, facts_of(left)))
