"""Keeping rows of a table from being changed or taken away, by triggers."""

from __future__ import annotations

from alembic import op

__all__ = ["freeze", "make_keeper"]

_KEEPER = """CREATE FUNCTION platforms_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what is kept does not change'; END $$"""
_ROWS = """CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION platforms_keep()"""
_WHOLE = """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION platforms_keep()"""


def make_keeper() -> None:
    """Make the function that refuses; once in a database."""
    op.execute(_KEEPER)


def freeze(*tables: str) -> None:
    """Refuse every change of tables that only grow."""
    for table in tables:
        op.execute(_ROWS.format(table=table))
        op.execute(_WHOLE.format(table=table))
