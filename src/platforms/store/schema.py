"""The tables of a store, the same in every database.

Contents (``scenario``, ``scenario_table``, ``kept``) are written once and never changed;
``event`` and ``position_entry`` only grow. ``standing`` says what holds now and is written in
the same transaction as the event that made it so. Times are ISO 8601 in UTC, records JSON text.
"""

from __future__ import annotations

import sqlalchemy as sa

from platforms.store.spatial import Shape

__all__ = ["FROZEN", "SCHEMA_VERSION", "TABLES", "event", "kept", "metadata", "standing"]
__all__ += ["content", "content_table", "mark", "position_entry"]
__all__ += ["plot", "plot_version"]
__all__ += ["LEDGER_NUMBERS", "LEDGER_WORDS", "ledger_event", "ledger_milestone", "ledger_plot"]
__all__ += ["attachment", "journal", "ledger_attachment", "member", "member_event"]
__all__ += ["has_tables"]

# a table is only ever added: a store of an older version gets those that it lacks
SCHEMA_VERSION = 4

metadata = sa.MetaData()


# a file numbers its rows by its own integer, which is as long
_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, sa.Column("id", _ROW_ID, primary_key=True), *parts)


def _words(*names: str) -> list[sa.Column[str]]:
    """Return columns of text that is never missing."""
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


mark = _table(
    "store_mark",
    sa.Column("name", sa.Text, nullable=False, unique=True),
    *_words("value"),
)

content = _table(
    "scenario",
    sa.Column("scenario_id", sa.Text, nullable=False, unique=True),
    *_words("kind", "record"),
)

content_table = _table(
    "scenario_table",
    sa.Column("scenario_id", sa.Text, sa.ForeignKey("scenario.scenario_id"), nullable=False),
    *_words("name", "sha256"),
    sa.Column("parquet", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("scenario_id", "name"),
)

kept = _table(
    "scenario_kept",
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("scenario_id", sa.Text, sa.ForeignKey("scenario.scenario_id"), nullable=False),
    *_words("workspace", "author", "created_at"),
    sa.Column("parent", sa.Text),
)

standing = _table(
    "scenario_standing",
    sa.Column("key", sa.Text, sa.ForeignKey("scenario_kept.key"), nullable=False, unique=True),
    *_words("workspace", "name", "note"),
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

event = _table(
    "scenario_event",
    sa.Column("key", sa.Text, sa.ForeignKey("scenario_kept.key"), nullable=False, index=True),
    *_words("what", "who", "at"),
    sa.Column("was", sa.Text),
    sa.Column("became", sa.Text),
    *_words("why"),
)

# since version 2: where a feature is, said by a user; an undo is an entry as well
position_entry = _table(
    "position_entry",
    sa.Column("key", sa.Text, nullable=False, unique=True),
    *_words("workspace", "layer", "feature_id"),
    # counts the entries of a feature: two who write at once cannot both be next
    sa.Column("number", sa.Integer, nullable=False),
    *_words("what"),
    # what holds from now on; all empty where the position of the files holds again
    sa.Column("wkb", sa.LargeBinary),
    sa.Column("basis", sa.Text),
    sa.Column("accuracy_m", sa.Double),
    sa.Column("author", sa.Text),
    sa.Column("stated", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("undoes", sa.Text),
    *_words("who", "at", "why"),
    sa.UniqueConstraint("workspace", "layer", "feature_id", "number"),
)

# since version 3: the ledger. How each plot and milestone stands, and every change of a field
LEDGER_WORDS = (
    "step", "unit", "due", "note",
    "name", "town", "platform", "firm_name", "credit_code", "industry", "verdict", "reason",
    "measure", "source", "rules", "sample", "absent",
)  # fmt: skip
LEDGER_NUMBERS = ("area_m2", "area_mu", "reclaimable_m2", "reclaimable_mu")

ledger_plot = _table(
    "ledger_plot",
    *_words("workspace", "key"),
    sa.Column("version", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text) for name in LEDGER_WORDS),
    *(sa.Column(name, sa.Double) for name in LEDGER_NUMBERS),
    *_words("changed_by", "changed_at"),
    sa.UniqueConstraint("workspace", "key"),
)

ledger_milestone = _table(
    "ledger_milestone",
    *_words("workspace"),
    # period, step and unit, which never change
    *_words("key"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("plots", sa.Double),
    sa.Column("area_mu", sa.Double),
    *_words("changed_by", "changed_at"),
    sa.UniqueConstraint("workspace", "key"),
)

ledger_event = _table(
    "ledger_event",
    *_words("workspace"),
    # what was done together, in one transaction
    sa.Column("act", sa.Text, nullable=False, index=True),
    *_words("subject", "key"),
    sa.Column("version", sa.Integer, nullable=False),
    *_words("what", "who", "at", "field"),
    sa.Column("was", sa.Text),
    sa.Column("became", sa.Text),
    *_words("why"),
    sa.Column("undoes", sa.Text),
    # two who write at once cannot both be next
    sa.UniqueConstraint("workspace", "subject", "key", "version", "field"),
)

# since version 4: members and what they may do, files of plots, the journal
member = _table(
    "member",
    # the name without regard to case and width, or the address in it
    *_words("workspace", "key", "name"),
    # empty for one who was a member
    *_words("role", "changed_by", "changed_at"),
    sa.UniqueConstraint("workspace", "key"),
)

member_event = _table(
    "member_event",
    *_words("workspace"),
    # counts the entries of a workspace: two who write at once cannot both be next
    sa.Column("number", sa.Integer, nullable=False),
    *_words("key", "name", "what", "was", "became", "who", "at", "why"),
    sa.UniqueConstraint("workspace", "number"),
)

# the content of a file once, whatever it is called and wherever it belongs
attachment = _table(
    "attachment",
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    *_words("media_type"),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

ledger_attachment = _table(
    "ledger_attachment",
    # sha256, a slash and the plot, which never change
    *_words("workspace", "key"),
    sa.Column("version", sa.Integer, nullable=False),
    # what the file is called; empty for one that was taken off
    sa.Column("attachment", sa.Text),
    *_words("changed_by", "changed_at"),
    sa.UniqueConstraint("workspace", "key"),
)

journal = _table(
    "journal",
    *_words("workspace", "at", "who", "what", "name"),
    sa.Column("sha256", sa.Text),
    sa.Column("size", sa.Integer),
    *_words("note"),
)

# since version 4: plots. Each version of one, written once, and the newest for maps and GIS
plot_version = _table(
    "plot_version",
    *_words("workspace", "plot_id"),
    # counts the versions of a plot: two who write at once cannot both be next
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("act", sa.Text, nullable=False, index=True),
    *_words("what"),
    # the shape is missing where it is unknown, all three where the plot is taken out
    sa.Column("wkb", sa.LargeBinary),
    sa.Column("attributes", sa.Text),
    sa.Column("sha256", sa.Text),
    *_words("who", "at", "why"),
    sa.Column("undoes", sa.Text),
    sa.UniqueConstraint("workspace", "plot_id", "number"),
)

plot = _table(
    "plot",
    *_words("workspace", "plot_id"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("shape", Shape),
    *_words("attributes", "sha256", "changed_by", "changed_at"),
    sa.UniqueConstraint("workspace", "plot_id"),
)
sa.Index("plot_shape", plot.c.shape, postgresql_using="gist").ddl_if(dialect="postgresql")

TABLES = tuple(metadata.sorted_tables)
# rows of these are neither changed nor taken away
FROZEN: tuple[sa.Table, ...] = (content, content_table, kept, event, position_entry, ledger_event)
FROZEN += (member_event, attachment, journal)
FROZEN += (plot_version,)

_NAMED = "SELECT count(*) FROM sqlite_master WHERE type IN ('table', 'view') AND name IN ({marks})"


def has_tables(connection: sa.Connection, *tables: sa.Table) -> bool:
    """Say whether a store has these tables, which a file of an older version may lack.

    A server is never left at an older version.
    """
    if connection.dialect.name != "sqlite":
        return True
    asked = _NAMED.format(marks=", ".join("?" * len(tables)))
    found = connection.exec_driver_sql(asked, tuple(table.name for table in tables))
    return int(found.scalar_one()) == len(tables)
