"""Version 4: members, attachments, the journal, and plots with their versions."""

from __future__ import annotations

from alembic import op

from platforms.store.migrations.freezing import freeze
from platforms.store.schema import FROZEN, metadata

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables that are new."""
    connection = op.get_bind()
    there = set(_names(connection))
    metadata.create_all(connection)
    freeze(*(table.name for table in FROZEN if table.name not in there))
    op.execute("UPDATE store_mark SET value = '4' WHERE name = 'schema_version'")


def _names(connection):  # noqa: ANN001, ANN202 goes when the tables of version 4 are settled
    import sqlalchemy as sa

    return sa.inspect(connection).get_table_names()
