"""A store that is opened again: its database is the same one, and it shows what is there now."""

from __future__ import annotations

import sqlalchemy as sa

from platforms.store import geopackage
from platforms.store.opening import open_store
from platforms.store.schema import TABLES, has_tables, mark, member


def test_the_words_of_statements_are_put_together_once(tmp_path, monkeypatch):
    place = tmp_path / "s.gpkg"
    for _ in range(2):
        # the second time it is looked through for programs of others
        open_store("here", place)
    made, as_it_is = [], sa.create_engine

    def create(*given, **named):
        made.append(given)
        return as_it_is(*given, **named)

    geopackage._again.cache_clear()
    monkeypatch.setattr(geopackage.sa, "create_engine", create)
    stores = [open_store("here", place) for _ in range(3)]
    assert len(made) == 1
    assert [one.members.list().empty for one in stores] == [True] * 3


def test_a_file_that_took_the_place_is_the_one_that_is_read(tmp_path):
    one, other = tmp_path / "one.gpkg", tmp_path / "other.gpkg"
    open_store("here", one).members.add("王", "approver", by="王")
    open_store("here", other).members.add("李", "approver", by="李")
    assert open_store("here", one).members.approvers() == ["王"]
    one.unlink()
    other.rename(one)
    assert open_store("here", one).members.approvers() == ["李"]


def test_tables_are_there_all_or_not(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        mark.create(connection)
        assert has_tables(connection, mark)
        assert not has_tables(connection, mark, member)
        assert not has_tables(connection, *TABLES)
    engine.dispose()
