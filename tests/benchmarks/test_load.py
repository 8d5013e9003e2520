"""The benchmark of load: what it counts, and two people for a moment at a real server."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

import platforms as ip

ROOT = Path(__file__).parents[2]
OWN = (
    "load",
    "load_people",
    "load_servers",
    "load_watch",
    "session_client",
    "session_files",
    "measure",
)


@pytest.fixture(scope="module")
def load():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        import load

        yield load
        for name in OWN:
            sys.modules.pop(name, None)


@pytest.fixture
def watch(load):
    def seen(*minutes):
        made = load.Watch([0])
        made.seen = [
            (60.0 * minute + second, every, every - 10.0)
            for minute, every in enumerate(minutes)
            for second in range(60)
        ]
        return made

    return seen


def log_of(load, times=(0.5,), errors=(), accepted=()):
    log = load.Log(errors=list(errors), accepted=list(accepted))
    log.acts += [(1.0, "page map", took) for took in times]
    return log


@pytest.mark.parametrize(
    ("minutes", "growth", "met"),
    [
        # the first minute is no measure: people arrive in it
        ((100.0, 400.0, 430.0, 436.0), 0.09, True),
        ((100.0, 400.0, 430.0, 441.0), 0.1025, False),
        ((400.0, 300.0, 327.0), 0.09, True),
        # too short to say anything
        ((100.0, 400.0), None, True),
    ],
)
def test_memory_is_compared_from_the_second_minute_on(load, watch, minutes, growth, met):
    found = load.told(log_of(load), watch(*minutes), [])
    assert found["memory_mib"]["growth"] == (growth and pytest.approx(growth, abs=6e-4))
    assert found["memory_mib"]["peak"] == max(minutes)
    assert [aim for name, aim in found["aims"].items() if "memory" in name] == [met]


@pytest.mark.parametrize(
    ("log", "missing", "missed"),
    [
        ({"times": [1.0] * 96 + [9.0] * 4}, [], set()),
        ({"times": [1.0] * 94 + [3.0] * 6}, [], {"95 of 100 under 3 s"}),
        ({"times": []}, [], {"95 of 100 under 3 s"}),
        ({"errors": ["page map: x"]}, [], {"no error"}),
        ({"accepted": ["a"]}, ["a"], {"nothing lost"}),
    ],
)
def test_each_aim_can_be_missed(load, watch, log, missing, missed):
    found = load.told(log_of(load, **log), watch(1.0, 1.0, 1.0), missing)
    assert {aim for aim, met in found["aims"].items() if not met} == missed


def test_what_the_history_lacks_is_found(load, example_ledger, tmp_path):
    example_ledger(tmp_path)
    store = ip.open_store("yueqing", tmp_path)
    plot = store.ledger.plots()["plot_id"].iloc[0]
    store.ledger.set(ip.LedgerEdit(plot, {"note": "一句话"}), by="甲")
    assert load.lost(str(tmp_path), log_of(load, accepted=["一句话"])) == []
    assert load.lost(str(tmp_path), log_of(load, accepted=["一句话", "另一句"])) == ["另一句"]


def test_memory_and_processor_of_a_process_and_its_children_are_found(load):
    from load_watch import family, pss

    assert pss(os.getpid()) > 1
    assert pss(2**22) == load.spent(2**22) == 0.0
    assert load.spent(os.getpid()) > 0
    assert os.getpid() in family(os.getppid())


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 2])
def test_two_people_work_at_a_server_and_nothing_is_lost(load, tmp_path, count):
    if count > 1 and shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
        pytest.skip("nginx is not installed")
    from load_people import Log, Person, ledger, small_files

    store = str(tmp_path / "store")
    load.fill(store)
    log, [file] = Log(), small_files(1)

    def person(name, url):
        dice = load.random.Random(name)
        return Person(name, url, dice, 0.01, log, None, ["SP-0003"], [file], 0.0, 600.0)

    async def officer(url):
        who = person("甲", url)
        await who.open(load.first_files(url))
        tab = who.visitor
        await who.act("page plots", tab.go("plots"))
        await who.act("measure", tab.measure(who.ring()))
        await who.act("give a file", tab.give("file-*", "地块.gpkg", file))
        await who.fall()
        await ledger(who)
        await tab.close()

    async def presenter(url):
        who = person("乙", url)
        await who.open(())
        await who.act("page exports", who.visitor.go("exports"))
        await who.act("take a map", who.visitor.take("export-get-map"))
        # what a page lacks is an error and not passed over
        with pytest.raises(LookupError, match="no download_button nowhere"):
            await who.visitor.take("nowhere")
        await who.visitor.close()

    async def both(url):
        await asyncio.gather(officer(url), presenter(url))

    with load.serve(tmp_path, store, count) as running, load.Watch(running.pids) as watch:
        assert len({running.url, *running.each}) == (1 if count == 1 else 3)
        asyncio.run(both(running.url))
    assert log.errors == []
    assert len(log.accepted) == 2
    assert load.lost(store, log) == []
    assert log.drops == 1
    assert watch.peak > 100
    assert "Traceback" not in running.log.read_text(encoding="utf-8")
    took = {name for _, name, _ in log.acts}
    assert {"open", "give a file", "come back", "write in the ledger", "take a map"} <= took
    notes = ip.open_store("yueqing", store).journal.lines()["what"].tolist()
    assert sorted(notes) == ["export", "export", "upload"]
