"""The tables of a store, the same in every database.

Contents (``scenario``, ``scenario_table``, ``kept``) are written once and never changed;
``event`` and ``position_entry`` only grow. ``standing`` says what holds now and is written in
the same transaction as the event that made it so. Times are ISO 8601 in UTC, records JSON text.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["FROZEN", "SCHEMA_VERSION", "TABLES", "event", "kept", "metadata", "standing"]
__all__ += ["content", "content_table", "mark", "position_entry"]
__all__ += ["LEDGER_NUMBERS", "LEDGER_WORDS", "ledger_event", "ledger_milestone", "ledger_plot"]

# a table is only ever added: a store of an older version gets those that it lacks
SCHEMA_VERSION = 3

metadata = sa.MetaData()

mark = sa.Table(
    "store_mark",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("value", sa.Text, nullable=False),
)

content = sa.Table(
    "scenario",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scenario_id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

content_table = sa.Table(
    "scenario_table",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scenario_id", sa.Text, sa.ForeignKey("scenario.scenario_id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("parquet", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("scenario_id", "name"),
)

kept = sa.Table(
    "scenario_kept",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("scenario_id", sa.Text, sa.ForeignKey("scenario.scenario_id"), nullable=False),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("parent", sa.Text),
)

standing = sa.Table(
    "scenario_standing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, sa.ForeignKey("scenario_kept.key"), nullable=False, unique=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
)
# of what can be seen, a name stands once in a workspace
_SEEN = standing.c.removed.is_(other=False)
sa.Index(
    "scenario_name",
    standing.c.workspace,
    standing.c.name,
    unique=True,
    sqlite_where=_SEEN,
    postgresql_where=_SEEN,
)

event = sa.Table(
    "scenario_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, sa.ForeignKey("scenario_kept.key"), nullable=False, index=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("was", sa.Text),
    sa.Column("became", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
)

# since version 2: where a feature is, said by a user; an undo is an entry as well
position_entry = sa.Table(
    "position_entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("feature_id", sa.Text, nullable=False),
    # counts the entries of a feature: two who write at once cannot both be next
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    # what holds from now on; all empty where the position of the files holds again
    sa.Column("wkb", sa.LargeBinary),
    sa.Column("basis", sa.Text),
    sa.Column("accuracy_m", sa.Float),
    sa.Column("author", sa.Text),
    sa.Column("stated", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("undoes", sa.Text),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.UniqueConstraint("workspace", "layer", "feature_id", "number"),
)

# since version 3: the ledger. How each plot and milestone stands, and every change of a field
LEDGER_WORDS = (
    "step", "unit", "due", "note",
    "name", "town", "platform", "firm_name", "credit_code", "industry", "verdict", "reason",
    "measure", "source", "rules", "sample", "absent",
)  # fmt: skip
LEDGER_NUMBERS = ("area_m2", "area_mu", "reclaimable_m2", "reclaimable_mu")

ledger_plot = sa.Table(
    "ledger_plot",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text) for name in LEDGER_WORDS),
    *(sa.Column(name, sa.Float) for name in LEDGER_NUMBERS),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.UniqueConstraint("workspace", "key"),
)

ledger_milestone = sa.Table(
    "ledger_milestone",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace", sa.Text, nullable=False),
    # period, step and unit, which never change
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("plots", sa.Float),
    sa.Column("area_mu", sa.Float),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.UniqueConstraint("workspace", "key"),
)

ledger_event = sa.Table(
    "ledger_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace", sa.Text, nullable=False),
    # what was done together, in one transaction
    sa.Column("act", sa.Text, nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("was", sa.Text),
    sa.Column("became", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("undoes", sa.Text),
    # two who write at once cannot both be next
    sa.UniqueConstraint("workspace", "subject", "key", "version", "field"),
)

TABLES = tuple(metadata.sorted_tables)
# rows of these are neither changed nor taken away
FROZEN = (content, content_table, kept, event, position_entry, ledger_event)
