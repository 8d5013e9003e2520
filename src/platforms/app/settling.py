"""What stays is left out when rubbish is collected.

Streamlit collects all rubbish of the process after each run of each session. Modules, rows and
map documents are two hundred thousand objects that are looked through each time, a tenth of a
second in which no other session goes on. So what was loaded and computed at the start is put
aside, and again when a city's data changed, which also finds what became rubbish there since.
"""

from __future__ import annotations

import gc

__all__ = ["settle", "settle_again"]


def settle() -> None:
    """Put aside all that there is now, after what is rubbish was collected."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def settle_again() -> None:
    """Do so once more where it was done: in a server, and in no test."""
    if gc.get_freeze_count():
        settle()
