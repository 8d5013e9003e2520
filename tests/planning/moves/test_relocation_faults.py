"""Faults of a relocation's tables: empty ones, places far off, unknown focus, lines of a file."""

from __future__ import annotations

import pandas as pd
import pytest

from platforms.outputs.books.relocation_book import relocation_blocks
from platforms.outputs.maps.relocation_layers import _column
from platforms.outputs.maps.relocation_map import _focus
from platforms.planning.moves.relocation import relocate

FIRMS = pd.DataFrame(
    {
        "firm_id": ["A", "B"], "lon": [121.0, 121.01], "lat": [28.0, 28.0],
        "industry": ["甲", "甲"], "demand_mu": [4.0, 4.0],
    }
)  # fmt: skip
PARKS = pd.DataFrame(
    {
        "park_id": ["P", "Q"], "lon": [121.0, 121.02], "lat": [28.01, 28.01],
        "capacity_mu": [6.0, 6.0], "admits": ["*", "*"],
    }
)  # fmt: skip


def told(found, kind):
    return [one for one in found.issues if one.kind == kind]


def test_a_table_with_a_header_alone_is_an_error():
    assert relocate(FIRMS, PARKS).issues.worst() is None
    none = relocate(FIRMS.iloc[:0], PARKS)
    assert told(none, "move_no_firms")
    assert none.issues.worst() == "error"
    assert told(relocate(FIRMS, PARKS.iloc[:0]), "move_no_parks")


def test_a_place_far_from_all_others_is_named_and_does_not_shrink_the_map():
    parks = PARKS.assign(lon=[0.0, 121.02], lat=[0.0, 28.01])
    found = relocate(FIRMS, parks)
    (issue,) = told(found, "move_far_away")
    assert (issue.feature, issue.severity) == ("P", "warning")
    assert "200" in issue.message()
    west, south, east, north = _focus(found)
    assert (west > 120, south > 27) == (True, True)
    assert east - west < 1
    assert north > 28.01


def test_an_unknown_focus_is_no_misfit():
    parks = PARKS.assign(focus=["", "乙"])
    found = relocate(FIRMS, parks, weights={"fit": 5.0})
    assert found.terms["fit"] == 4.0
    (issue,) = told(found, "move_focus_unknown")
    assert "：P。" in issue.message()
    assert not told(relocate(FIRMS, parks.assign(focus="*"), weights={"fit": 5.0}),
                    "move_focus_unknown")  # fmt: skip


def test_rows_are_lines_of_the_file():
    firms = pd.concat([FIRMS, FIRMS.iloc[:1]])
    (issue,) = told(relocate(firms, PARKS), "move_firm_twice")
    # the header is line 1, so the third row stands in line 4
    assert "第 4 行" in issue.message()
    locks = pd.DataFrame([("Z", "P", "in")], columns=["firm_id", "park_id", "lock"])
    (issue,) = told(relocate(FIRMS, PARKS, locks=locks), "move_lock_firm_unknown")
    assert "第 2 行" in issue.message()


def test_the_sheet_of_faults_is_in_words():
    found = relocate(FIRMS, PARKS.assign(capacity_mu=[0.0, 12.0]))
    cells = {field.name: field.cells for field in relocation_blocks(found)["issues"]}
    assert cells["layer"] == ["园区表"]
    assert cells["field"] == ["可承接"]
    assert cells["severity"] == ["说明"]
    assert "kind" not in cells


@pytest.mark.parametrize(("lang", "unit"), [("zh_CN", "亩"), ("en", "mu")])
def test_units_of_the_map_are_in_the_language_of_its_reader(lang, unit):
    from platforms import messages

    messages.set_language(lang)
    assert _column("moving_parks", "used_mu").unit == unit
