"""The page on reclaimable land names every column that is made, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platforms.planning.land.contiguity import AREA_FIGURES
from platforms.planning.land.factors import land_parameters
from platforms.planning.land.floors import FLOOR_COLUMNS
from platforms.planning.land.freed import ENERGY_COLUMNS, IDLE_COLUMNS
from platforms.planning.land.potential import POTENTIAL_COLUMNS, REALISTIC_COLUMNS
from platforms.planning.land.review_records import review_records

PAGE = Path(__file__).parents[2].joinpath("docs", "land.md").read_text("utf-8")
UNUSED = ("building_m2", "yard_m2", "green_m2", "unused_m2", "unused_mu")
MADE = {
    "Unused land, floor space, potential": {
        *UNUSED, *FLOOR_COLUMNS, *IDLE_COLUMNS, *ENERGY_COLUMNS, *POTENTIAL_COLUMNS,
        *REALISTIC_COLUMNS,
    },
    "Areas that lie together (连片)": set(AREA_FIGURES),
}  # fmt: skip


@pytest.mark.parametrize("title", MADE)
def test_the_tables_name_the_columns_that_are_made(title):
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([a-z0-9_]+)`", " ".join(first))) == MADE[title]


def test_the_numbers_on_the_page_are_those_of_the_parameters():
    given = land_parameters()
    assert f"{given.number('priority_mu'):g} 亩 or more" in PAGE
    assert f"under {given.number('scattered_mu'):g} 亩" in PAGE
    assert f"higher than {given.number('tall_storey_m'):g} m counts twice" in PAGE
    assert f"under {given.number('sliver_m'):g} m" in PAGE
    assert f"over {given.number('far_tolerance'):g} is an issue" in PAGE


def test_the_page_names_every_key_of_a_review(example):
    section = PAGE.split("`review` holds:")[1].split("\n## ")[0].split("\n\n```")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([a-z_]+)`", " ".join(rows))) == set(review_records(example.land))
