"""GIS reads the areas of a store to the last digit, also of a file that an earlier version made."""

from __future__ import annotations

import sqlite3

import pyogrio
import pytest
import sqlalchemy as sa

from platforms.store.opening import open_store
from platforms.store.schema import ledger_milestone, ledger_plot, position_entry

# none of them is a number of 32 bits
AREA, MU, METRES = 9997.634921, 14.996452381, 0.1
TABLES = ("position_entry", "ledger_plot", "ledger_milestone")


def fill(store):
    said = {"workspace": "here", "changed_by": "王", "changed_at": "2026-11-22T08:00:00Z"}
    entry = {
        "key": "k", "workspace": "here", "layer": "sites", "feature_id": "S", "number": 1,
        "what": "set", "who": "王", "at": said["changed_at"], "why": "",
    }  # fmt: skip
    with store.turns.writing("王") as connection:
        row = {"key": "A", "version": 1, "area_m2": AREA, "area_mu": MU, **said}
        connection.execute(sa.insert(ledger_plot), [row])
        row = {"key": "2026", "version": 1, "plots": METRES, "area_mu": MU, **said}
        connection.execute(sa.insert(ledger_milestone), [row])
        connection.execute(sa.insert(position_entry), [{**entry, "accuracy_m": METRES}])


def look(path):
    """Return what GDAL reads, and how it calls the numbers."""
    info = {name: pyogrio.read_info(path, layer=name) for name in TABLES}
    kinds = {
        (name, field): kind
        for name, told in info.items()
        for field, kind in zip(told["fields"], told["dtypes"], strict=True)
        if kind.startswith("float")
    }
    read = [pyogrio.read_dataframe(path, layer=name).iloc[0] for name in TABLES]
    cells = read[1]["area_m2"], read[1]["area_mu"], read[2]["plots"], read[0]["accuracy_m"]
    return kinds, tuple(map(float, cells))


def make_narrow(path):
    """Call the numbers as files of earlier versions do."""
    with sqlite3.connect(path, isolation_level=None) as plain:
        plain.execute("PRAGMA writable_schema=ON")
        plain.execute("UPDATE sqlite_master SET sql = replace(sql, ' DOUBLE', ' FLOAT')"  # noqa: S608
                      f" WHERE name IN {TABLES}")  # fmt: skip
    plain.close()


def test_areas_are_read_to_the_last_digit(tmp_path):
    store = open_store("here", tmp_path / "one.gpkg")
    fill(store)
    kinds, values = look(store.path)
    assert set(kinds.values()) == {"float64"}
    assert len(kinds) == 7
    assert values == (AREA, MU, METRES, METRES)


def test_a_file_of_an_earlier_version_is_brought_up_when_it_is_opened(tmp_path):
    path = tmp_path / "one.gpkg"
    fill(open_store("here", path))
    make_narrow(path)
    kinds, values = look(path)
    assert "float32" in kinds.values()
    assert values != (AREA, MU, METRES, METRES)
    open_store("here", path)
    assert set(look(path)[0].values()) == {"float64"}
    assert look(path)[1] == (AREA, MU, METRES, METRES)
    # the rest is as it was: what is kept does not change, and a second time nothing is done
    with pytest.raises(sqlite3.DatabaseError, match="not change"), sqlite3.connect(path) as plain:
        plain.execute("DELETE FROM position_entry")
    words = plain.execute("PRAGMA schema_version").fetchone()
    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    open_store("here", path)
    assert plain.execute("PRAGMA schema_version").fetchone() == words
    plain.close()


def test_a_connection_that_was_open_sees_the_new_words(tmp_path):
    path = tmp_path / "one.gpkg"
    fill(open_store("here", path))
    make_narrow(path)
    other = sqlite3.connect(path)
    other.execute("SELECT count(*) FROM ledger_plot").fetchone()
    open_store("here", path)
    assert other.execute("SELECT area_m2 FROM ledger_plot").fetchone() == (AREA,)
    asked = "SELECT type FROM pragma_table_info('ledger_plot') WHERE name = 'area_m2'"
    assert other.execute(asked).fetchone() == ("DOUBLE",)
    other.close()
