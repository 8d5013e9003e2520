"""The page on targets is compared with the tables and with the figures of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from platforms.policy.targets import FIGURES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
TARGETS = pd.concat(
    [
        pd.read_csv(ROOT / "layers" / city / "targets.csv", dtype=str, keep_default_na=False)
        for city in ("yueqing", "taizhou")
    ]
)


def cells(first):
    """Return the rest of the row whose first cell begins so."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {first}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


@pytest.mark.parametrize(
    ("first", "doc", "section"),
    [
        ("`yq2016` 表2-1", "yq2016", "表2-1"),
        ("`yq2016` 专栏4-6", "yq2016", "专栏4-6"),
        ("`yq2022` 附件", "yq2022", "附件"),
        ("`yq2023` 附件", "yq2023", "附件"),
        ("`yq-electric-145`", "yq-electric-145", ""),
        ("`tz-145` 表1", "tz-145", "表1"),
    ],
)
def test_the_page_counts_the_records(first, doc, section):
    part = TARGETS[TARGETS["doc"].eq(doc) & TARGETS["section"].str.startswith(section)]
    rows, records = cells(first)
    assert int(records) == len(part)
    if rows not in {"–", "1"}:
        assert int(rows) == part["row"].nunique()


def test_the_page_names_every_figure_with_its_kind():
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (attained|potential|named) \|", PAGE, re.MULTILINE))
    assert rows == {name: figure.kind for name, figure in FIGURES.items()}


def test_the_values_that_the_page_quotes_are_those_of_the_topic():
    topic = TARGETS[TARGETS["topic"].eq("存量工业用地盘活整治")]
    section = PAGE.split("## One matter")[1].split("\n## ")[0]
    for row in topic.to_dict("records"):
        assert f"{row['indicator']} {float(row['value']):,.0f} {row['unit']}" in section


def test_the_changelog_counts_all_records():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"({len(TARGETS)} records)" in text
