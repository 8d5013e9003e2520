"""Many who write at once: none is lost, none is half done, and the order is that of the rows."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely
import sqlalchemy as sa
from ledger_samples import a_run
from scenario_samples import a_portfolio

import platforms as ip
from platforms.errors import ConflictError
from platforms.store.ledger import writing
from platforms.store.ledger.fields import EDITED, FACTS
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.ledger.writing import current_rows, events_of, replayed
from platforms.store.place import server_place

PLOTS = [f"P{number}" for number in range(6)]


@pytest.fixture
def store(opened):
    made = opened("here")
    made.ledger.take(a_run([(key, "low_efficiency", 1.0) for key in PLOTS]), by="王")
    return made


def together(*acts):
    """Do acts at the same moment, each with what it gave or the error that it met."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait(30)
        try:
            return act()
        except ip.PlatformsError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(120) for one in [pool.submit(run, act) for act in acts]]


def is_whole(store):
    """The entries replayed are what stands, and each begins where the one before ended."""
    with store._engine.connect() as connection:
        rows = current_rows(connection, store.workspace)
        events = events_of(connection, store.workspace)
    told = replayed(events)
    last, at, versions = {}, {}, {}
    for one in events:
        place = one["key"], one["field"]
        assert last.get(place) == one["was"]
        assert at.get(one["key"], "") <= one["at"]
        last[place], at[one["key"]] = one["became"], one["at"]
        versions.setdefault(one["key"], []).append(one["version"])
    for key, row in rows.items():
        assert {n: told[key].get(n) for n in (*EDITED, *FACTS)} == {
            n: row[n] for n in (*EDITED, *FACTS)
        }
        # none is left out, none stands twice
        assert sorted(set(versions[key])) == list(range(1, row["version"] + 1))
        assert versions[key] == sorted(versions[key])
        assert row["changed_at"] == at[key]
    return rows


def test_of_those_who_edit_one_version_one_is_taken_and_the_others_are_told(opened, store):
    acts = [
        lambda who=who: opened("here").ledger.set(LedgerEdit("P0", {"unit": who}, 1), by=who)
        for who in "abcdef"
    ]
    told = together(*acts)
    assert sorted(map(str, (one for one in told if one == 1))) == ["1"]
    others = [one for one in told if one != 1]
    assert {type(one) for one in others} == {ConflictError}
    (winner,) = [who for who, one in zip("abcdef", told, strict=True) if one == 1]
    for one in others:
        assert one.key == "ledger.conflict"
        (fault,) = one.fields["conflicts"]
        assert (fault["theirs"], fault["who"], fault["base"]) == (winner, winner, None)
    assert is_whole(store)["P0"]["version"] == 2


def test_acts_on_the_same_rows_in_any_order_do_not_wait_for_each_other(opened, store):
    def edits(who, keys):
        ledger = opened("here").ledger
        for turn in range(4):
            ledger.set([LedgerEdit(key, {"note": f"{who}{turn}"}) for key in keys], by=who)

    told = together(
        lambda: edits("a", PLOTS), lambda: edits("b", PLOTS[::-1]),
        lambda: edits("c", PLOTS[3:] + PLOTS[:3]), lambda: edits("d", PLOTS[::2]),
    )  # fmt: skip
    assert told == [None] * 4
    rows = is_whole(store)
    # an act is whole: of each that ended last on a row, all rows of that act have it or newer
    assert {row["version"] for key, row in rows.items() if key in PLOTS[1::2]} == {13}
    assert {row["version"] for key, row in rows.items() if key in PLOTS[::2]} == {17}


def test_edits_runs_undos_and_milestones_at_once_leave_the_ledger_whole(opened, store):
    run = a_run([(key, "low_efficiency", 2.0) for key in [*PLOTS, "N1", "N2"]])
    store.ledger.set(LedgerEdit("P1", {"unit": "旧"}), by="王")
    act = store.ledger.history("P1")["act"].iloc[-1]
    told = together(
        lambda: opened("here").ledger.take(run, by="a"),
        lambda: opened("here").ledger.take(run, by="b"),
        lambda: opened("here").ledger.undo(act, by="c"),
        lambda: opened("here").ledger.undo(act, by="d"),
        lambda: [opened("here").ledger.set(LedgerEdit("P2", {"note": str(n)}), by="e")
                 for n in range(5)],
        lambda: opened("here").ledger.set_milestone("2099-01", "plan", plots=1, by="f"),
        lambda: opened("here").ledger.set_milestone("2099-01", "plan", plots=2, by="g"),
    )  # fmt: skip
    # rows came in once, and of the two who took the same act back one is told
    assert sorted(len(one.added) for one in told[:2]) == [0, 2]
    undone = [getattr(one, "key", one) for one in told[2:4]]
    assert sorted(map(str, undone)) == ["1", "ledger.undone_already"]
    assert told[4] == [1] * 5
    assert told[5:] == [None, None]
    rows = is_whole(store)
    assert set(rows) == {*PLOTS, "N1", "N2"}
    assert len(store.ledger.milestones()) == 1


def test_of_those_who_choose_one_name_one_has_it(opened, store):
    made = [a_portfolio([(str(n), True, float(n + 1))]) for n in range(3)]
    # the same but for case and width
    told = together(
        *(
            lambda scenario=scenario, name=name: opened("here").keep(scenario, name=name)
            for scenario, name in zip(made, ("Plan A", "plan a", "Ｐｌａｎ　Ａ"), strict=True)
        )
    )
    refused = [one for one in told if isinstance(one, ip.PlatformsError)]
    assert [one.key for one in refused] == ["store.name_taken"] * 2
    assert len(store.scenarios()) == 1
    for name in ("b", "c"):
        store.keep(made[0], name=name)
    told = together(
        lambda: opened("here").rename("b", "x"), lambda: opened("here").rename("c", "X")
    )
    assert sorted(type(one).__name__ for one in told) == ["InputError", "NoneType"]


def test_the_same_content_kept_at_once_is_kept_once(opened, store):
    made = a_portfolio([("x", True, 5.0)])
    told = together(
        *(lambda n=n: opened("here").keep(made, name=str(n)) for n in range(4))
    )  # fmt: skip
    assert {one.scenario.scenario_id for one in told} == {made.scenario_id}
    assert len(store.scenarios()) == 4


def test_positions_given_at_once_are_numbered_and_none_is_passed_over(opened):
    def position(width):
        return ip.Position(
            layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=1.0, author="张",
            source="图", stated="2026-01-02", shape=shapely.box(120, 28, 120 + width, 29),
        )  # fmt: skip

    def kept():
        return opened("here").positions

    assert kept().history().empty
    told = together(*(lambda n=n: kept().place(position(n + 1), by=str(n)) for n in range(4)))
    assert {type(one) for one in told} == {str}, told
    history = kept().history()
    assert history["number"].tolist() == [1, 2, 3, 4]
    assert history["at"].is_monotonic_increasing
    seen = kept().newest("platforms", "YQ-P13")
    told = together(
        *(lambda n=n: kept().place(position(n + 9), by=str(n), after=seen) for n in range(3))
    )
    assert sorted(getattr(one, "key", "kept") for one in told) == [
        "kept", "positions.meanwhile", "positions.meanwhile",
    ]  # fmt: skip


def test_workspaces_do_not_wait_for_each_other_on_a_server(opened, store):
    if opened.kind == "geopackage":
        pytest.skip("a file is held as a whole")
    other = opened("there")
    with store._writing("王"):
        assert other.ledger.take(a_run([("A", "low_efficiency", 1.0)]), by="李").added == ("A",)


def test_edits_of_different_rows_do_not_wait_for_each_other_on_a_server(opened, store):
    if opened.kind == "geopackage":
        pytest.skip("a file is held as a whole")
    with store._writing("王", rows=True) as connection:
        current_rows(connection, "here", ["P0"], lock=True)
        assert opened("here").ledger.set(LedgerEdit("P1", {"unit": "x"}), by="李") == 1


def test_who_reads_sees_one_moment(opened, store):
    with store._reading() as connection:
        before = current_rows(connection, "here")
        opened("here").ledger.set(LedgerEdit("P0", {"unit": "x"}), by="李")
        if opened.kind == "geopackage":
            # a file shows the moment of the first look as long as it is looked at
            return
        assert current_rows(connection, "here") == before
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            connection.exec_driver_sql("UPDATE ledger_plot SET unit = 'y'")


def test_an_act_that_met_another_is_done_again(store, monkeypatch):
    real, met = writing.current_rows, []

    def meets(connection, *arguments, **named):
        if named.get("lock") and len(met) < 2:
            met.append(1)
            raise ConflictError("store.meanwhile", path="x", conflicts=[])
        return real(connection, *arguments, **named)

    monkeypatch.setattr(writing, "current_rows", meets)
    assert store.ledger.set(LedgerEdit("P0", {"unit": "x"}), by="李") == 1
    assert len(met) == 2
    met[:] = []
    monkeypatch.setattr(writing, "current_rows", lambda *_, **__: met.append(1) or deadlock())
    with pytest.raises(ConflictError) as caught:
        store.ledger.set(LedgerEdit("P0", {"unit": "y"}), by="李")
    # it is not tried for ever
    assert (caught.value.key, len(met)) == ("store.meanwhile", 4)


def deadlock():
    raise ConflictError("store.meanwhile", path="x", conflicts=[])


def test_a_deadlock_made_by_another_program_is_got_over(request, opened, store):
    if opened.kind == "geopackage":
        pytest.skip("a file is held as a whole")
    postgis = request.getfixturevalue("postgis")
    gate = threading.Barrier(2)
    statement = "UPDATE ledger_plot SET version = version WHERE key = '{}'"

    def program():
        # QGIS, say, that changes two rows one after the other
        address = server_place(postgis.address(store.path.url.database, admin=True)).url
        with sa.create_engine(address, poolclass=sa.pool.NullPool).begin() as plain:
            # who asks first whether they wait for each other gives way
            plain.exec_driver_sql("SET LOCAL deadlock_timeout = '60s'")
            plain.exec_driver_sql(statement.format("P1"))
            gate.wait(30)
            plain.exec_driver_sql(statement.format("P0"))
        return "program"

    def editor():
        gate.wait(30)
        return opened("here").ledger.set(
            [LedgerEdit("P0", {"note": "x"}), LedgerEdit("P1", {"note": "x"})], by="李"
        )

    told = together(program, editor)
    assert told == ["program", 2]
    is_whole(store)


def test_a_clock_that_was_set_back_does_not_turn_the_history_round(store, monkeypatch):
    from platforms.store import moments

    store.ledger.set(LedgerEdit("P0", {"unit": "a"}), by="李")
    early = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return early

    monkeypatch.setattr(moments.dt, "datetime", Clock)
    monkeypatch.setattr(moments, "utc_text", lambda _: early.isoformat(timespec="microseconds"))
    store.ledger.set(LedgerEdit("P0", {"unit": "b"}), by="李")
    past = store.ledger.history("P0")
    assert past["became"].tolist()[-2:] == ["a", "b"]
    assert past["at"].is_monotonic_increasing
    assert is_whole(store)["P0"]["unit"] == "b"


def test_moments_of_a_server_are_its_own(opened, store):
    if opened.kind == "geopackage":
        pytest.skip("a file has no clock")
    with store._writing("王") as first:
        from platforms.store.moments import moment

        at = moment(first)
        assert moment(first) == at
        told = first.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    assert at <= told.isoformat()
    assert at.endswith("+00:00")
    with store._reading() as second:
        assert moment(second) != at


def test_signs_that_no_database_keeps_are_left_out(store):
    edit = LedgerEdit("P0", {"note": "a\x00b\ud800", "unit": "\x00"})
    assert store.ledger.set(edit, by="李\x00", why="\x00因") == 1
    assert store.ledger.plots()["note"].iloc[0] == "ab"
    assert store.ledger.history("P0")[["who", "why"]].iloc[-1].tolist() == ["李", "因"]
