"""Version 4: members, files of plots, the journal, and plots with their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from platforms.store.migrations.columns import count, row_id, shapes, text, texts
from platforms.store.migrations.freezing import freeze

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables."""
    _members()
    _files()
    _plots()
    freeze("member_event", "attachment", "journal", "plot_version")
    op.execute("UPDATE store_mark SET value = '4' WHERE name = 'schema_version'")


def _members() -> None:
    op.create_table(
        "member", row_id(), *texts("workspace", "key", "name", "role"),
        *texts("changed_by", "changed_at"), sa.UniqueConstraint("workspace", "key"),
    )  # fmt: skip
    op.create_table(
        "member_event", row_id(), text("workspace"), count("number"),
        *texts("key", "name", "what", "was", "became", "who", "at", "why"),
        sa.UniqueConstraint("workspace", "number"),
    )  # fmt: skip


def _files() -> None:
    op.create_table(
        "attachment", row_id(), text("sha256", unique=True), text("media_type"), count("size"),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )  # fmt: skip
    op.create_table(
        "ledger_attachment", row_id(), *texts("workspace", "key"), count("version"),
        text("attachment", missing=True), *texts("changed_by", "changed_at"),
        sa.UniqueConstraint("workspace", "key"),
    )  # fmt: skip
    op.create_table(
        "journal", row_id(), *texts("workspace", "at", "who", "what", "name"),
        text("sha256", missing=True), count("size", missing=True), text("note"),
    )  # fmt: skip


def _plots() -> None:
    op.create_table(
        "plot_version", row_id(), *texts("workspace", "plot_id"), count("number"),
        sa.Column("act", sa.Text, nullable=False, index=True), text("what"),
        sa.Column("wkb", sa.LargeBinary), *texts("attributes", "sha256", missing=True),
        *texts("who", "at", "why"), text("undoes", missing=True),
        sa.UniqueConstraint("workspace", "plot_id", "number"),
    )  # fmt: skip
    op.create_table(
        "plot", row_id(), *texts("workspace", "plot_id"), count("version"),
        shapes("shape"),
        *texts("attributes", "sha256", "changed_by", "changed_at"),
        sa.UniqueConstraint("workspace", "plot_id"),
    )  # fmt: skip
    op.create_index("plot_shape", "plot", ["shape"], postgresql_using="gist")
