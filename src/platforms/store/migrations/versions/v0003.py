"""Version 3: scenarios, positions and the ledger; the first that a server kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from platforms.store.migrations.columns import count, number, row_id, text, texts
from platforms.store.migrations.freezing import freeze, make_keeper

revision = "0003"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    make_keeper()
    op.create_table("store_mark", row_id(), text("name", unique=True), text("value"))
    mark = sa.table("store_mark", sa.column("name"), sa.column("value"))
    op.bulk_insert(mark, [{"name": "schema_version", "value": "3"}])
    _scenarios()
    _positions()
    _ledger()
    freeze(
        "scenario", "scenario_table", "scenario_kept", "scenario_event", "position_entry",
        "ledger_event",
    )  # fmt: skip


def _scenarios() -> None:
    own = sa.Column("scenario_id", sa.Text, nullable=False, unique=True)
    op.create_table("scenario", row_id(), own, *texts("kind", "record"))
    of = "scenario.scenario_id"
    op.create_table(
        "scenario_table", row_id(),
        sa.Column("scenario_id", sa.Text, sa.ForeignKey(of), nullable=False),
        *texts("name", "sha256"), sa.Column("parquet", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("scenario_id", "name"),
    )  # fmt: skip
    op.create_table(
        "scenario_kept", row_id(), text("key", unique=True),
        sa.Column("scenario_id", sa.Text, sa.ForeignKey(of), nullable=False),
        *texts("workspace", "author", "created_at"), text("parent", missing=True),
    )  # fmt: skip
    kept = "scenario_kept.key"
    op.create_table(
        "scenario_standing", row_id(),
        sa.Column("key", sa.Text, sa.ForeignKey(kept), nullable=False, unique=True),
        *texts("workspace", "name", "note"), sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
    )  # fmt: skip
    op.create_index(
        "scenario_name", "scenario_standing", ["workspace", "name"], unique=True,
        postgresql_where=sa.text("removed IS false"),
    )  # fmt: skip
    op.create_table(
        "scenario_event", row_id(),
        sa.Column("key", sa.Text, sa.ForeignKey(kept), nullable=False, index=True),
        *texts("what", "who", "at"), *texts("was", "became", missing=True), text("why"),
    )  # fmt: skip


def _positions() -> None:
    op.create_table(
        "position_entry", row_id(), text("key", unique=True),
        *texts("workspace", "layer", "feature_id"), count("number"), text("what"),
        sa.Column("wkb", sa.LargeBinary), text("basis", missing=True), number("accuracy_m"),
        *texts("author", "stated", "source", "sha256", "undoes", missing=True),
        *texts("who", "at", "why"),
        sa.UniqueConstraint("workspace", "layer", "feature_id", "number"),
    )  # fmt: skip


def _ledger() -> None:
    op.create_table(
        "ledger_plot", row_id(), *texts("workspace", "key"), count("version"),
        *texts(
            "step", "unit", "due", "note", "name", "town", "platform", "firm_name",
            "credit_code", "industry", "verdict", "reason", "measure", "source", "rules",
            "sample", "absent", missing=True,
        ),
        *map(number, ("area_m2", "area_mu", "reclaimable_m2", "reclaimable_mu")),
        *texts("changed_by", "changed_at"), sa.UniqueConstraint("workspace", "key"),
    )  # fmt: skip
    op.create_table(
        "ledger_milestone", row_id(), *texts("workspace", "key"), count("version"),
        number("plots"), number("area_mu"), *texts("changed_by", "changed_at"),
        sa.UniqueConstraint("workspace", "key"),
    )  # fmt: skip
    op.create_table(
        "ledger_event", row_id(), text("workspace"),
        sa.Column("act", sa.Text, nullable=False, index=True), *texts("subject", "key"),
        count("version"), *texts("what", "who", "at", "field"),
        *texts("was", "became", missing=True), text("why"), text("undoes", missing=True),
        sa.UniqueConstraint("workspace", "subject", "key", "version", "field"),
    )  # fmt: skip
