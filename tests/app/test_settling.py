"""What stays is put aside in a server, and never by a page that is only tested."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path

from platforms.app import settling
from platforms.app.scene import Scene
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


# a column that was looked at so often that pandas would not yet count what is gone
FORGETS = """
import pandas as pd
from dataclasses import dataclass
from platforms.app import settling
@dataclass(frozen=True)
class Held:
    tables: dict
Held.__module__ = "platforms.held"
def looked_at():
    table = pd.DataFrame({"a": [1.0, 2.0]})
    for _ in range(300):
        table["a"]
    return table
def remembered(table):
    return len(table._mgr.blocks[0].refs.referenced_blocks)
one, other, view = looked_at(), looked_at(), None
settling.look_after(lambda: [Held({"x": [one]}), {"y": Held({"z": one})}])
view = one["a"]
settling.settle()
print(remembered(one) > 300, remembered(other) > 300, end=" ")
settling.tidy()
print(remembered(one) == 2, remembered(other) > 300, len(one.index._references.referenced_blocks) < 9)
# what was taken is a copy as soon as it is written to
view.iloc[0] = 9.0
print(one["a"].iloc[0] == 1.0)
"""


def test_tables_that_all_look_at_forget_views_that_are_gone():
    told = subprocess.run(
        [sys.executable, "-c", FORGETS], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True"] * 6


def test_the_tables_of_a_scene_are_found(example):
    scene = Scene(example, None, "en")
    found = list(settling.tables_of(scene))
    assert any(table is example.plots for table in found)
    assert len(found) == len({id(table) for table in found})
    # of the run and of its workspace
    assert len(found) > 20


def test_nobody_lists_what_the_collector_knows():
    # whoever holds such a list breaks every tuple that another thread is filling (SystemError)
    source = Path(settling.__file__).parents[1]
    naming = [
        file.name
        for file in source.rglob("*.py")
        if re.search(r"gc\.get_(objects|referrers)", file.read_text(encoding="utf-8"))
    ]
    assert naming == []
