"""How alembic reaches the database: by the connection that it is given, in its transaction."""

from __future__ import annotations

from alembic import context

from platforms.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # apart from that of another program in the same database
    version_table="platforms_version",
)
context.run_migrations()
