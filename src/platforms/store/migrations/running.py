"""Running the migrations on a connection, in its transaction: all of them or none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

__all__ = ["upgrade"]


def upgrade(connection: sa.Connection, version: int | None = None) -> None:
    """Bring the tables up to a version of the schema.

    Parameters
    ----------
    connection
        In a transaction of a user who may make tables.
    version
        The version of the schema; default the newest.
    """
    settings = Config()
    settings.set_main_option("script_location", "platforms.store:migrations")
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head" if version is None else f"{version:04d}")
