from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import sqlalchemy as sa
from team import refused


def test_a_line_holds_who_what_and_the_hash_and_not_the_content(store):
    store.journal.note("upload", "地块.gpkg", by="王", data=b"abc")
    store.journal.note("export", "map.html", by="", note="public")
    lines = store.journal.lines()
    assert lines[["who", "what", "name", "note"]].to_numpy().tolist() == [
        ["王", "upload", "地块.gpkg", ""], ["", "export", "map.html", "public"],
    ]  # fmt: skip
    assert lines.loc[0, "sha256"] == hashlib.sha256(b"abc").hexdigest()
    assert lines.loc[0, "size"] == 3
    assert lines.loc[1, ["sha256", "size"]].isna().all()
    assert lines["at"].dt.tz is not None


def test_lines_from_a_day_on(store):
    store.journal.note("sign_in", by="王")
    today = dt.datetime.now().astimezone().date()
    assert len(store.journal.lines(today)) == 1
    assert len(store.journal.lines(today + dt.timedelta(days=1))) == 0


def test_an_act_that_is_not_known_is_refused(store):
    assert refused(store.journal.note, "delete", by="王") == "journal.act_unknown"


def test_a_reader_and_a_stranger_are_noted_too(team):
    team.journal.note("export", "ledger.xlsx", by="看")
    team.journal.note("sign_in", by="路")
    assert team.journal.lines()["who"].tolist() == ["看", "路"]


def test_lines_belong_to_a_workspace_and_stay(store, opened):
    store.journal.note("sign_in", by="王")
    assert opened("there").journal.lines().empty
    assert len(opened("here").journal.lines()) == 1
    with (
        pytest.raises(sa.exc.DBAPIError, match="does not change"),
        store._engine.begin() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM journal")
    assert len(store.journal.lines()) == 1
