from __future__ import annotations

import pandas as pd

from platforms.issues import IssueTable
from platforms.policy.firm_keys import Firms, Places


def test_a_key_stands_once_or_several_times_or_nowhere():
    places = Places(["a", "", "b", "a", "", "c", "a"])
    assert places.one == {"b": 2, "c": 5}
    assert places.several == {"a": [0, 3, 6]}
    assert [list(places.all(key)) for key in ("a", "b", "", "x")] == [[0, 3, 6], [2], [], []]


def test_firms_are_called_by_name_else_code_else_number():
    frame = pd.DataFrame(
        {
            "firm_id": [7.0, 8.0, 9.0, None],
            "credit_code": ["91350100m000100y43", "91350100M000100Y43 ", None, None],
            "name": ["甲公司", None, None, None],
        }
    )
    issues = IssueTable()
    firms = Firms(frame, issues)
    assert firms.labels == ["甲公司", "91350100M000100Y43", "9", "?"]
    assert firms.shown_ids == ["7", "8", "9", ""]
    assert firms.by_code.one == {}
    assert firms.by_code.several == {"91350100M000100Y43": [0, 1]}
    assert issues.by_kind() == {"firm_double": 1}
