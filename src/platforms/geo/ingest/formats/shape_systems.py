"""Systems that the shapes of a GeoPackage state, each in its own header.

The standard wants them to be the layer's; the reader of GeoPackages believes the layer and
looks no further, so shapes that were copied from another layer would lie elsewhere unseen.
"""

from __future__ import annotations

import sqlite3

__all__ = ["other_systems"]

_LITTLE = 1
_HEAD = 5
# undefined ones, and what writers put there that know none
_NOTHING = {0, -1}


def other_systems(database: sqlite3.Connection, layer: str) -> tuple[int, list[int], int]:
    """Return the layer's system, others that its shapes state, and how many shapes do.

    Parameters
    ----------
    database
        The GeoPackage.
    layer
        Name of a table of features.
    """
    found = database.execute(
        "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)",
        (layer,),
    ).fetchone()
    if found is None:
        return 0, [], 0
    column, stated = (str(found[0]).replace('"', '""'), int(found[1]))
    table = layer.replace('"', '""')
    # the sign of the byte order, and the number that stands behind it
    heads = database.execute(
        f'SELECT substr("{column}", 4, {_HEAD}), count(*) FROM "{table}"'  # noqa: S608
        f" WHERE substr(\"{column}\", 1, 2) = CAST('GP' AS BLOB) GROUP BY 1"
    )
    others: set[int] = set()
    count = 0
    for head, shapes in heads:
        if not isinstance(head, bytes) or len(head) < _HEAD:
            continue
        number = int.from_bytes(head[1:], "little" if head[0] & _LITTLE else "big", signed=True)
        if number != stated and number not in _NOTHING:
            others.add(number)
            count += shapes
    return stated, sorted(others), count
