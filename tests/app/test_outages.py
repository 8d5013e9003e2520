"""A store that cannot be used is told once, in a visitor's words, with a way to try again."""

from __future__ import annotations

import html
from string import Formatter

import pytest
from streamlit.testing.v1 import AppTest

from platforms import messages
from platforms.app.guard import guard
from platforms.app.wording import is_outage, said
from platforms.errors import PlatformsError, StoreError

FIELDS = {
    "path": "platforms@10.0.0.7:5432/platforms", "folder": "10.0.0.7:5432", "user": "platforms",
    "database": "platforms", "reason": "connection failed: port 5432", "version": 1, "known": 2,
}  # fmt: skip
TWICE = """
import streamlit as st
from platforms.app.guard import guard
from platforms.errors import StoreError
for _ in range(2):
    with guard():
        raise StoreError("store.server.unreachable", path="p", folder="10.0.0.7:5432", reason="x")
with guard():
    st.write("the rest")
"""


@pytest.mark.parametrize(
    "key",
    ["unreachable", "password", "no_password", "not_admitted", "no_database", "no_tls", "gone",
     "unsure", "crowded", "damaged"],
)  # fmt: skip
def test_a_visitor_reads_no_host_no_setting_and_no_command(key):
    error = StoreError(f"store.server.{key}", **FIELDS)
    assert is_outage(error)
    for word in ("5432", "PLATFORMS_STORE", "connection failed", "store start", "pg_hba"):
        assert word not in said(error)
    # whoever runs the server reads what is wrong
    assert said(error) != str(error)


def test_a_broken_file_is_to_be_kept_and_restored_from_a_backup():
    for key in ("store.not_a_store", "store.damaged"):
        error = StoreError(key, path="yueqing.gpkg", folder="/x", reason="")
        for told in (said(error), str(error)):
            assert "platforms store restore" in told
            assert "新建方案库" not in told


def test_an_outage_is_told_once_with_a_way_to_try_again():
    app = AppTest.from_string(TWICE, default_timeout=60).run()
    assert not app.exception
    body = html.unescape("\n".join(part.proto.body for part in app.get("html")))
    assert body.count("方案库暂时不能使用") == 1
    assert "仍为您留着" in body
    assert [one.label for one in app.button] == ["再试一次"]
    assert [one.value for one in app.markdown] == ["the rest"]


PLACES = {
    "path": "/srv/plans/kept/yueqing.gpkg", "folder": "/srv/plans/kept", "log": "/srv/plans/log",
    "file": "/srv/plans/kept/x.csv",
    "reason": "[Errno 13] Permission denied: '/srv/plans/kept/yueqing.gpkg'",
}  # fmt: skip


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("room", ["store", "plots", "ledger", "layers", "positions", "read"])
def test_no_message_names_a_folder_of_the_server(room, lang):
    told = 0
    for key, text in messages.catalogue("en", room).items():
        named = {one.partition(":")[0] for _, one, _, _ in Formatter().parse(text) if one}
        if not named & PLACES.keys():
            continue
        fields = {**dict.fromkeys(named, 3), **PLACES}
        assert "/srv" not in said(PlatformsError(f"{room}.{key}", **fields), lang), key
        told += 1
    assert told


def test_where_the_store_was_stands_in_the_log(caplog):
    away = StoreError("store.away", path="yueqing.gpkg", folder="/srv/plans/kept")
    assert "/srv" not in said(away)
    with guard():
        raise away
    assert "/srv/plans/kept" in caplog.text


def test_what_people_named_is_left_as_they_named_it():
    assert "/A/1" in said(StoreError("store.name_taken", name="/A/1"))
