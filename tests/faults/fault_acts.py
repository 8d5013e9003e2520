"""What is killed: each runs in a process of its own and writes down what the store accepted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

PLOTS = 20


def notebook(path: str) -> Callable[[str], None]:
    """Write down what is done; a line is whole or not there."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(line: str) -> None:
        os.write(file, f"{line}\n".encode())

    return note


def edit(place: str, notes: str, name: str, turns: int) -> None:
    """Edit, keep, rename and correct, one after the other."""
    from scenario_samples import a_portfolio

    from platforms.store.ledger.ledger import LedgerEdit
    from platforms.store.opening import open_store

    note, store = notebook(notes), open_store("here", place)
    made = [a_portfolio([(name, True, float(at))]) for at in range(3)]
    for turn in range(turns):
        word = f"{name}-{turn}"
        many = turn % 5 == 4
        keys = range(PLOTS) if many else [turn % PLOTS]
        edits = [LedgerEdit(f"P{at}", {"note": word, "unit": word}) for at in keys]
        store.ledger.set(edits, by=name, why="edit")
        note(f"ledger {word} {len(edits)}")
        if turn % 3 == 0:
            store.keep(made[turn % 3], name=word, author=name)
            note(f"kept {word}")
            store.annotate(word, word, by=name)
            note(f"note {word}")
        if turn % 4 == 1:
            asked = 1 + crc32(word.encode()) % 900_000
            store.ledger.set_milestone("2026-Q4", "close", plots=asked, by=name, why=word)
            note(f"milestone {word}")


def take(place: str, notes: str, plots: int) -> None:
    """Bring a run of so many plots into the ledger."""
    from ledger_samples import a_run

    from platforms.store.opening import open_store

    note, store = notebook(notes), open_store("here", place)
    store.ledger.take(
        a_run([(f"P{at}", "low_efficiency", 1.0 + at) for at in range(plots)]), by="王"
    )
    note("taken")


def take_plots(place: str, notes: str, plots: int) -> None:
    """Bring so many shapes into the store."""
    import geopandas as gpd
    import numpy as np
    import shapely

    from platforms.store.opening import open_store

    note, store = notebook(notes), open_store("here", place)
    west = 121.0 + 0.001 * np.arange(plots)
    frame = gpd.GeoDataFrame(
        {"plot_id": [f"P{at}" for at in range(plots)]},
        geometry=shapely.box(west, 28.1, west + 0.0005, 28.1005), crs=4490,
    )  # fmt: skip
    store.plots.take(frame, by="王")
    note("taken")


def bring(place: str, notes: str, file: str, ready: dict[str, str]) -> None:
    """Write what people wrote into an exported file; others have readers of files ready."""
    from platforms.store.opening import open_store
    from warm_reading import read_warm

    note, store = notebook(notes), open_store("here", place)
    read_warm(ready)
    store.ledger.bring(file, by="王", why="file")
    note("brought")


def command(*words: str) -> None:
    """Run a command of the program."""
    import contextlib
    import io

    from platforms.cli import main

    told = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
        status = main(list(words))
    # 1 is an answer as well: the data have faults
    if status not in {0, 1}:
        raise RuntimeError(told.getvalue())


def commands(store: str, *words: str) -> None:
    """Run a command with a store of its own."""
    os.environ["PLATFORMS_STORE"] = store
    command(*words)


def fill(store: object) -> None:
    """Put plots into an empty ledger."""
    from platforms.store.ledger.writing import Act, Change, write

    rows = [Change(f"P{at}", {"step": "identify"}) for at in range(PLOTS)]
    with store._writing("王") as connection:
        write(connection, "here", rows, Act("add", "王"))


def place_of(folder: Path) -> str:
    """Return the file of a store in a folder."""
    return str(folder / "one.gpkg")


def writes(store: object) -> dict[str, Callable[[], object]]:
    """Every kind of write, by name."""
    import geopandas as gpd
    import shapely
    from ledger_samples import a_run
    from scenario_samples import a_portfolio

    from platforms.store.ledger.ledger import LedgerEdit

    shapes = gpd.GeoDataFrame(
        {"plot_id": ["S"], "note": ["x" * 200_000]},
        geometry=[shapely.box(121, 28, 121.001, 28.001)], crs=4490,
    )  # fmt: skip
    rows = [(f"N{at}", "low_efficiency", 1.0) for at in range(200)]
    return {
        "edit": lambda: store.ledger.set(LedgerEdit("P1", {"note": "x" * 9_000}), by="王"),
        "take": lambda: store.ledger.take(a_run(rows), by="王"),
        "milestone": lambda: store.ledger.set_milestone("2026-03", "close", plots=1, by="王"),
        "keep": lambda: store.keep(a_portfolio([("x", True, 5.0)]), name="甲", note="x" * 9_000),
        "plots": lambda: store.plots.take(shapes, by="王"),
    }


def starve(place: str, notes: str, what: str) -> None:
    """Write where files cannot grow, and note what was said."""
    import resource
    import signal

    from platforms.errors import PlatformsError
    from platforms.store.opening import open_store

    note, store = notebook(notes), open_store("here", place)
    write = writes(store)[what]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # a file that cannot grow is to a program as a disk that is full; the notes are shorter
    for room in (512, 2048, 4096):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        try:
            write()
        except PlatformsError as error:
            note(error.key)


def hunger(place: str, notes: str) -> None:
    """Edit until there is no memory, and note what was accepted."""
    import resource

    from platforms.store.ledger.ledger import LedgerEdit
    from platforms.store.opening import open_store

    note, store = notebook(notes), open_store("here", place)
    store.ledger.set(LedgerEdit("P1", {"note": "before"}), by="王")
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = size * resource.getpagesize() + 30_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
    held = []
    try:
        while True:
            held.append(bytearray(3_000_000))
            word = str(len(held))
            store.ledger.set(LedgerEdit("P2", {"note": word}), by="王")
            note(word)
    except MemoryError:
        held.clear()
        note("no memory")


def back_up(place: str, notes: str, file: str) -> None:
    """Copy a store into one file."""
    from platforms.store.care.backup import backup_store
    from platforms.store.opening import open_store

    note = notebook(notes)
    backup_store(open_store("here", place), file, by="王", overwrite=True)
    note("backed up")


def restore(place: str, notes: str, file: str) -> None:
    """Bring back what a backup keeps."""
    from platforms.store.care.backup import restore_store
    from platforms.store.opening import open_store

    note = notebook(notes)
    restore_store(open_store("here", place), file, by="王")
    note("restored")


def copy(place: str, notes: str, source: str) -> None:
    """Copy what one store keeps into another."""
    from platforms.store.copying.copying import copy_store
    from platforms.store.opening import open_store

    note = notebook(notes)
    copy_store(open_store("here", source), open_store("here", place), by="王")
    note("copied")


def change_folder(folder: str, times: int) -> None:
    """Replace the files of a folder so many times, each time with another number in all."""
    from platforms.geo.write import atomic_folder

    for turn in range(times):
        with atomic_folder(folder, overwrite=True, manifest=("run.json",)) as made:
            fill_folder(made, turn)


def fill_folder(folder: Path, number: int) -> None:
    """Write one number into many files."""
    (folder / "plots").mkdir()
    for name in (*(f"plots/part-{at}" for at in range(20)), "plan.gpkg", "run.json"):
        (folder / name).write_text(str(number), encoding="utf-8")


def leave_hidden(place: str) -> None:
    """Leave a hidden folder as a process leaves it that is killed: tidied up by nobody."""
    from platforms.geo.hidden_folder import _named

    (_named(Path(place)) / "half").write_text("half", encoding="utf-8")
