"""What stays is put aside in a server, and never by a page that is only tested."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path

from platforms.app import settling
from platforms.app.settling import settle_again

TELLS = """
import gc
from platforms.app.settling import settle, settle_again
first = gc.get_freeze_count()
settle()
once = gc.get_freeze_count()
more = [[] for _ in range(1000)]
settle_again()
print(first == 0, once > 0, gc.get_freeze_count() > once + 500, len(gc.get_objects()) < 500)
"""

# a ring that nobody holds is rubbish for the collector alone
COLLECTS = """
import gc, weakref
from platforms.app import settling
class Ring: pass
def left():
    one = Ring(); one.self = one
    settling.tidy()
    return weakref.ref(one)
def gone(seen):
    settling.tidy()
    return seen() is None
gc.disable()
print(gone(left()), end=" ")
settling.settle()
settling.tidy()
seen = left()
print(gone(seen), end=" ")
settling._tidied -= 1.1 * settling._EVERY_S
print(gone(seen), gone(left()), end=" ")
# what took long comes the later
settling._tidied -= 1.1 * settling._EVERY_S
print(0 < settling._due, end=" ")
settling._due = 10 * settling._EVERY_S
seen = left()
print(gone(seen), end=" ")
settling._tidied -= settling._due
print(gone(seen))
"""


def test_what_is_there_is_put_aside_and_what_comes_later_too():
    told = subprocess.run([sys.executable, "-c", TELLS], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True"] * 4


def test_nothing_is_put_aside_where_nothing_was():
    assert gc.get_freeze_count() == 0
    settle_again()
    assert gc.get_freeze_count() == 0


def test_rubbish_is_collected_once_in_a_while_and_not_after_each_run():
    program = [sys.executable, "-c", COLLECTS]
    told = subprocess.run(program, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [
        "False", "False", "True", "False", "True", "False", "True",
    ]  # fmt: skip


def test_nobody_lists_what_the_collector_knows():
    # whoever holds such a list breaks every tuple that another thread is filling (SystemError)
    source = Path(settling.__file__).parents[1]
    naming = [
        file.name
        for file in source.rglob("*.py")
        if re.search(r"gc\.get_(objects|referrers)", file.read_text(encoding="utf-8"))
    ]
    assert naming == []
