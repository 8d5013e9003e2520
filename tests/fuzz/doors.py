"""Every reader of a file that somebody brings, with small valid files for it.

A door takes a path and answers what it read: its rows, its remarks and a print of the
content. Where a format states how much it holds, ``stated`` counts that without the reader.
"""

from __future__ import annotations

import plot_doors
import store_doors
import table_doors

DOORS = {**plot_doors.DOORS, **table_doors.DOORS, **store_doors.DOORS}
