"""What the text of reclaimable land says beside its numbers."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from platforms.cli.land_text import _echo_balance as echo_balance
from platforms.cli.land_text import echo_review, echo_totals
from platforms.planning.land.balance import land_balance


def test_a_breach_that_may_be_none_is_marked(capsys):
    changes = pd.DataFrame(
        {
            "change_id": ["sure", "perhaps", "replaced"],
            "date": ["2021-02-01", "2022-02-01", "2022-01"],
            "town": "柳市镇",
            "kind": "convert",
            "from_use": ["100101", "100101", "0901"],
            "to_use": ["0901", "0901", "100101"],
            "area_mu": [1.0, 2.0, 2.0],
        }
    )
    echo_balance(SimpleNamespace(balance=land_balance(changes, ratio=1.0)))
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if "sure" in line).endswith("是")
    assert next(line for line in lines if "perhaps" in line).endswith("否")


def test_land_counted_twice_stands_beside_the_sum(capsys):
    totals = {"gross_m2": 20.0, "net_m2": 20.0, "deductions": {}, "unknown": 0}
    echo_totals({**totals, "overlap_m2": 0.0, "net_once_m2": 20.0}, 2)
    assert "只计一次" not in capsys.readouterr().out
    echo_totals({**totals, "overlap_m2": 7.25, "net_once_m2": 12.75}, 2)
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if "只计一次" in line).split()[-2:] == ["12.75", "0.02"]


def test_sums_of_a_review_count_shared_land_once(doubled, example, capsys):
    echo_review(example.land)
    plain = capsys.readouterr().out.splitlines()
    echo_review(doubled.land)
    lines = capsys.readouterr().out.splitlines()
    copy = doubled.plots.set_index("plot_id").loc["TWICE"]

    def row(said, start, group):
        rows = said[said.index(start) + 1 :]
        return next(line.split() for line in rows if line.split()[0] == group)

    for start, group in (("分乡镇", copy["town"]), ("分整治方式", "整体腾退")):
        before, after = row(plain, start, group), row(lines, start, group)
        assert int(after[1]) == int(before[1]) + 1
        assert after[3] == before[3]
        assert float(after[2].replace(",", "")) > float(before[2].replace(",", ""))
    assert "净面积，重叠计一次（亩）" in lines[lines.index("分乡镇") + 1]
    assert row(lines, "按措施可腾出", "整体腾退")[2] == row(plain, "按措施可腾出", "整体腾退")[2]
