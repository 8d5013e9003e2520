"""The ledger keeps every change, refuses what stands on an older version, and loses nothing."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from ledger_samples import a_run

from platforms.errors import ConflictError, InputError, PlatformsError, StoreError
from platforms.store.ledger.fields import EDITED, FACTS
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.ledger.writing import current_rows, events_of, replayed
from platforms.store.opening import open_store
from platforms.store.schema import ledger_event
from postgis_server import Opened


def refused(call, *arguments, **named):
    with pytest.raises(PlatformsError) as caught:
        call(*arguments, **named)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


def row(ledger, key, **named):
    return ledger.plots(**named).set_index("plot_id").loc[key]


def test_low_efficiency_plots_enter_as_identified(filled):
    plots = filled.plots()
    assert plots["plot_id"].tolist() == ["A", "B", "C"]
    assert set(plots["step"]) == {"identify"}
    assert plots["area_mu"].tolist() == [10.0, 20.0, 30.0]
    assert plots["version"].tolist() == [1, 1, 1]
    assert not plots["sample"].any()
    counts = filled.counts().set_index("step")
    assert counts.loc["identify", ["plots", "area_mu", "reclaimable_mu"]].tolist() == [3, 60, 30]
    assert counts.loc["survey", ["plots", "reached"]].tolist() == [0, 3]


def test_counts_and_milestones_are_of_the_moment_of_the_plots_that_are_given(filled):
    filled.set_milestone("2099-12", "plan", plots=1, by="王")
    plots = filled.plots()
    counts, milestones = filled.counts(), filled.milestones()
    filled.set(LedgerEdit("A", {"step": "plan"}), by="李")
    assert filled.counts(plots=plots).equals(counts)
    assert filled.milestones(plots=plots).equals(milestones)
    assert not filled.counts().equals(counts)
    assert not filled.milestones().equals(milestones)


def test_a_second_run_changes_facts_only_and_loses_no_row(filled):
    filled.set(LedgerEdit("A", {"step": "plan", "unit": "局"}), by="李")
    again = a_run([("B", "low_efficiency", 21.0), ("A", "not", 10.0), ("D", "low_efficiency", 1.0)])
    before = filled.history("C")
    taken = filled.take(again, by="赵")
    assert (taken.added, taken.no_longer, taken.absent) == (("D",), ("A",), ("C",))
    changed = set(taken.changed[["plot_id", "field"]].itertuples(index=False, name=None))
    assert {("B", "area_mu"), ("A", "verdict")} <= changed
    assert not {field for _, field in changed} & set(EDITED)
    assert filled.plots()["plot_id"].tolist() == ["A", "B", "C", "D"]
    assert row(filled, "A")[["step", "unit", "verdict"]].tolist() == ["plan", "局", "not"]
    # the run says nothing of it
    assert len(filled.history("C")) == len(before)
    assert row(filled, "C")[["version", "changed_by", "absent"]].tolist() == [1, "王", False]
    nothing = filled.take(again, by="赵")
    assert (nothing.act, nothing.same, len(nothing.changed)) == (None, 3, 0)


def test_a_file_of_other_plots_touches_none_that_is_there(filled):
    before = filled.history()
    taken = filled.take(a_run([("X", "not", 1.0)]), by="赵")
    assert (taken.added, taken.same, len(taken.changed), taken.act) == ((), 0, 0, None)
    assert taken.absent == ("A", "B", "C")
    assert len(filled.history()) == len(before)


def test_a_run_that_holds_the_whole_ledger_marks_what_it_lacks(filled):
    again = a_run([(key, "low_efficiency", mu) for key, mu in (("A", 10.0), ("B", 20.0))])
    taken = filled.take(again, by="赵", whole=True)
    assert taken.changed[["plot_id", "field"]].to_numpy().tolist() == [["C", "absent"]]
    assert bool(row(filled, "C")["absent"])
    # a plot that comes back is there again
    filled.take(a_run([("C", "low_efficiency", 30.0)]), by="赵")
    assert not row(filled, "C")["absent"]


def test_looking_tells_what_taking_does_and_writes_nothing(filled):
    run = a_run([("B", "low_efficiency", 21.0), ("A", "low_efficiency", 10.0),
                 ("D", "low_efficiency", 1.0), ("U", "unknown", 1.0)])  # fmt: skip
    before = filled.history()
    told = filled.look(run, survey=True)
    assert (told.added, told.same, told.absent, told.act) == (("D", "U"), 1, ("C",), None)
    assert set(told.changed["plot_id"]) == {"B"}
    assert len(filled.history()) == len(before)
    taken = filled.take(run, by="赵", survey=True)
    assert (taken.added, taken.same, taken.absent) == (told.added, told.same, told.absent)
    assert taken.changed.equals(told.changed)


def test_what_a_run_changed_goes_back_as_one_entry_set(filled):
    was = filled.plots().set_index("plot_id").loc[["A", "B"], "area_mu"].tolist()
    run = a_run([("A", "low_efficiency", 1.0), ("B", "low_efficiency", 2.0),
                 ("D", "low_efficiency", 1.0)])  # fmt: skip
    taken = filled.take(run, by="赵")
    assert filled.undo(taken.act, by="赵") == 2
    assert filled.plots().set_index("plot_id").loc[["A", "B"], "area_mu"].tolist() == was
    # what came in with it stays
    assert row(filled, "D")["version"] == 1
    assert refused(filled.undo, taken.act, by="赵") == "ledger.undone_already"


def test_plots_that_cannot_be_judged_enter_at_the_first_step_when_asked(ledger):
    ledger.take(a_run([("U", "unknown", 1.0), ("N", "not", 1.0)]), by="王", survey=True)
    assert ledger.plots()[["plot_id", "step"]].to_numpy().tolist() == [["U", "survey"]]


def test_runs_that_cannot_fill_it_are_refused(ledger):
    twice = a_run([("A", "low_efficiency", 1.0)] * 2)
    assert refused(ledger.take, twice, by="王") == "ledger.plot_twice"
    other = a_run([("A", "idle", 1.0)], outcomes=("idle",))
    assert refused(ledger.take, other, by="王") == "ledger.no_verdict"
    assert refused(ledger.take, a_run([("A", "not", 1.0)]), by=" ") == "ledger.nobody"
    assert ledger.plots().empty
    assert ledger.counts()["plots"].sum() == 0


def test_each_field_that_changes_is_an_entry(filled):
    moved = filled.set(
        [LedgerEdit("A", {"step": "方案", "unit": " 市经信局 ", "due": "2026/3/1"}),
         LedgerEdit("B", {"step": "identify"})],
        by=" 李 ", why="会议",
    )  # fmt: skip
    assert moved == 1
    last = filled.history("A").tail(3)
    assert set(last["field"]) == {"step", "unit", "due"}
    assert set(last["who"]) == {"李"}
    assert set(last["why"]) == {"会议"}
    assert last["act"].nunique() == 1
    told = last.set_index("field")
    assert told.loc["step", ["was", "became"]].tolist() == ["identify", "plan"]
    assert told.loc["due", ["was", "became"]].tolist() == [None, "2026-03-01"]
    assert row(filled, "A")["version"] == 2
    assert row(filled, "B")["version"] == 1


def test_a_change_on_an_older_version_is_refused_and_shown(filled):
    filled.set(LedgerEdit("A", {"unit": "甲局", "note": "x"}, 1), by="李", why="移交")
    with pytest.raises(ConflictError) as caught:
        filled.set([LedgerEdit("B", {"unit": "乙局"}, 1), LedgerEdit("A", {"unit": "乙局"}, 1)],
                   by="赵")  # fmt: skip
    assert isinstance(caught.value, StoreError)
    shown = {one["field"]: one for one in caught.value.fields["conflicts"]}
    assert {name: shown["unit"][name] for name in ("base", "theirs", "ours", "who", "why")} == {
        "base": None, "theirs": "甲局", "ours": "乙局", "who": "李", "why": "移交",
    }  # fmt: skip
    assert (shown["note"]["theirs"], shown["note"]["ours"], shown["note"]["mine"]) == (
        "x", None, False,
    )  # fmt: skip
    # nothing of it was written, the other plot neither
    assert row(filled, "B")["unit"] == ""
    assert row(filled, "A")["unit"] == "甲局"
    # what stands already is no conflict: a button that was pressed twice
    assert filled.set(LedgerEdit("A", {"unit": "甲局", "note": ""}, 1), by="李") == 0
    assert row(filled, "A")["note"] == "x"
    assert filled.set(LedgerEdit("A", {"unit": "乙局"}, 2), by="赵") == 1


def test_a_step_back_wants_a_reason(filled):
    filled.set(LedgerEdit("A", {"step": "act"}), by="李")
    assert (
        refused(filled.set, LedgerEdit("A", {"step": "plan"}), by="李") == "ledger.back_needs_why"
    )
    assert row(filled, "A")["step"] == "act"
    filled.set(LedgerEdit("A", {"step": "plan"}), by="李", why="返工")
    assert filled.history("A")["why"].iloc[-1] == "返工"


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"step": "x"}, "step_unknown"),
        ({"step": ""}, "step_empty"),
        ({"due": "2026-02-30"}, "day_wrong"),
        ({"due": "soon"}, "day_wrong"),
        ({"area_mu": 1.0}, "field_unknown"),
        ({"unit": "x" * 201}, "text_long"),
        ({"note": "x" * 10_001}, "text_long"),
    ],
)
def test_what_cannot_be_kept_is_refused(filled, fields, key):
    assert refused(filled.set, LedgerEdit("A", fields), by="李") == f"ledger.{key}"
    assert row(filled, "A")["version"] == 1


def test_other_refusals(filled):
    edit = LedgerEdit("A", {"unit": "x"})
    assert refused(filled.set, edit, by="") == "ledger.nobody"
    assert refused(filled.set, [edit, edit], by="李") == "ledger.plot_twice"
    assert refused(filled.set, LedgerEdit("Z", {"unit": "x"}), by="李") == "ledger.plot_unknown"
    assert refused(filled.history, "Z") == "ledger.plot_unknown"
    assert refused(filled.undo, "no", by="李") == "ledger.act_unknown"
    assert refused(filled.undo, filled.history("A")["act"].iloc[0], by="李") == "ledger.add_stays"
    assert refused(filled.set, edit, by="李", why="x" * 2001) == "ledger.text_long"


def test_an_undo_is_a_new_entry_for_all_that_was_done_together(filled):
    filled.set([LedgerEdit(key, {"step": "plan", "unit": "局"}) for key in "AB"], by="李")
    act = filled.history("A")["act"].iloc[-1]
    assert filled.undo(act, by="赵", why="错") == 2
    assert set(filled.plots()["step"]) == {"identify"}
    last = filled.history("B").tail(2)
    assert set(last["what"]) == {"undo"}
    assert set(last["undoes"]) == {act}
    assert refused(filled.undo, act, by="赵") == "ledger.undone_already"
    # an undo can be undone as well
    filled.undo(last["act"].iloc[-1], by="赵")
    assert row(filled, "A")[["step", "unit"]].tolist() == ["plan", "局"]


def test_what_was_changed_since_is_not_undone(filled):
    filled.set(LedgerEdit("A", {"unit": "甲"}), by="李")
    act = filled.history("A")["act"].iloc[-1]
    filled.set(LedgerEdit("A", {"unit": "乙"}), by="赵")
    with pytest.raises(ConflictError) as caught:
        filled.undo(act, by="李")
    (one,) = caught.value.fields["conflicts"]
    assert (one["base"], one["theirs"], one["ours"]) == ("甲", "乙", None)
    assert row(filled, "A")["unit"] == "乙"


def test_entries_can_be_neither_changed_nor_deleted(store, filled):
    for change in (sa.update(ledger_event).values(who="x"), sa.delete(ledger_event)):
        with (
            store._engine.begin() as connection,
            pytest.raises(sa.exc.DBAPIError, match="not change"),
        ):
            connection.execute(change)


def test_two_workspaces_in_one_place_stay_apart(opened, filled):
    other = opened("there").ledger
    assert other.plots().empty
    other.take(a_run([("A", "low_efficiency", 1.0)]), by="王")
    other.set(LedgerEdit("A", {"unit": "x"}, 1), by="王")
    assert row(filled, "A")["unit"] == ""
    assert len(other.history()) < len(filled.history())


def test_overdue_is_what_is_late_and_not_closed(filled):
    filled.set([LedgerEdit("A", {"due": dt.date(2026, 3, 31)}),
                LedgerEdit("B", {"due": "2026-03-31", "step": "close"})], by="李")  # fmt: skip
    day = dt.date(2026, 4, 2)
    assert filled.plots(day=day)["overdue"].tolist() == [True, False, False]
    assert row(filled, "A", day=day)["days_over"] == 2
    assert not filled.plots(day=dt.date(2026, 3, 31))["overdue"].any()
    assert filled.counts(day=day)["overdue"].sum() == 1


def test_milestones_of_the_past_count_what_stood_then(filled):
    filled.set(LedgerEdit("A", {"step": "act", "unit": "局"}), by="李")
    past = "2020-12"
    for period, plots, mu in ((past, 1, None), ("2099-Q1", 1, 10.0), ("2099-Q2", 2, None)):
        filled.set_milestone(period, "方案", plots=plots, area_mu=mu, by="王")
    filled.set_milestone("2099-Q3", "plan", area_mu=5.0, unit="别局", by="王")
    table = filled.milestones().set_index("period")
    assert table["state"].tolist() == ["missed", "reached", "open", "open"]
    assert table["ends"].tolist() == ["2020-12-31", "2099-03-31", "2099-06-30", "2099-09-30"]
    assert table["reached"].tolist() == [0, 1, 1, 0]
    # after the period has ended later work does not count for it
    later = filled.milestones(day=dt.date(2100, 1, 1)).set_index("period")
    assert later.loc["2099-Q1", "state"] == "reached"
    # nothing asked for takes it back
    filled.set_milestone(past, "plan", by="王")
    assert past not in set(filled.milestones()["period"])
    assert refused(filled.set_milestone, "2026", "plan", plots=1, by="王") == "ledger.period_wrong"
    assert refused(filled.set_milestone, "2026-Q1", "plan", plots=-1, by="王") == (
        "ledger.number_wrong"
    )
    with pytest.raises(ConflictError):
        filled.set_milestone("2099-Q1", "plan", plots=3, by="李", version=0)


def test_an_old_file_that_lacks_the_tables_reads_as_empty(tmp_path):
    store = open_store("here", tmp_path)
    with store._engine.begin() as connection:
        for name in ("ledger_event", "ledger_plot", "ledger_milestone"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
    assert store.ledger.plots().empty
    assert store.ledger.history().empty
    assert store.ledger.milestones().empty


# the history is the ledger


def stands(store):
    with store._engine.connect() as connection:
        rows = current_rows(connection, store.workspace)
        events = events_of(connection, store.workspace)
    return rows, events


class Replays(RuleBasedStateMachine):
    """Whatever is done, the entries replayed give what stands, and no plot is lost."""

    opened: Opened
    count = 0

    @initialize()
    def open(self):
        type(self).count += 1
        # a workspace of its own has a ledger of its own
        self.store = self.opened(f"here-{self.count}")
        self.known = set()

    @rule(
        verdicts=st.dictionaries(
            st.sampled_from("ABCD"), st.sampled_from(["low_efficiency", "not", "unknown"]),
            min_size=1,
        ),
        mu=st.floats(0.001, 1e4),
    )  # fmt: skip
    def take(self, verdicts, mu):
        rows = [(key, verdict, mu) for key, verdict in verdicts.items()]
        self.known |= {key for key, verdict in verdicts.items() if verdict == "low_efficiency"}
        self.store.ledger.take(a_run(rows), by="王")

    @rule(
        key=st.sampled_from("ABCD"), version=st.sampled_from([None, 1, 2, 3]),
        step=st.sampled_from(["identify", "plan", "close"]), unit=st.sampled_from(["", "甲", "乙"]),
    )  # fmt: skip
    def set(self, key, version, step, unit):
        edit = LedgerEdit(key, {"step": step, "unit": unit}, version)
        try:
            self.store.ledger.set(edit, by="李", why="因")
        except (ConflictError, InputError):
            return

    @rule(back=st.integers(1, 6))
    def undo(self, back):
        acts = self.store.ledger.history()["act"].unique().tolist()
        if len(acts) >= back:
            try:
                self.store.ledger.undo(acts[-back], by="赵")
            except (ConflictError, InputError):
                return

    @invariant()
    def replay(self):
        rows, events = stands(self.store)
        assert set(rows) == self.known
        told = replayed(events)
        versions = {one["key"]: one["version"] for one in events}
        for key, now in rows.items():
            assert {n: told[key].get(n) for n in (*EDITED, *FACTS)} == {
                n: now[n] for n in (*EDITED, *FACTS)
            }
            assert versions[key] == now["version"]
        # each entry begins where the one before it ended
        last = {}
        for one in events:
            place = one["key"], one["field"]
            assert last.get(place) == one["was"]
            last[place] = one["became"]


def test_the_history_replays_to_what_stands(opened):
    from hypothesis import settings
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Here", (Replays,), {"opened": opened})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=8, deadline=None)
    )


@given(st.dates(dt.date(1950, 1, 1), dt.date(2200, 12, 31)))
def test_days_are_read_as_people_write_them(day):
    from platforms.store.ledger.fields import day_of

    written = (day, day.isoformat(), f"{day.year}/{day.month}/{day.day}",
               f"{day.year}年{day.month}月{day.day}日", f"{day.isoformat()} 00:00:00")  # fmt: skip
    assert {day_of(one) for one in written} == {day.isoformat()}


# several processes

WRITER = """
import sys
from platforms.errors import ConflictError
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store
ledger = open_store("here", sys.argv[1]).ledger
who, done = sys.argv[2], 0
while done < 12:
    row = ledger.plots().set_index("plot_id").loc["A"]
    edit = LedgerEdit("A", {"note": f"{row['note']}{who}"}, int(row["version"]))
    try:
        ledger.set(edit, by=who)
    except ConflictError:
        continue
    done += 1
"""


def test_two_processes_that_edit_one_row_lose_nothing(opened, filled):
    words = [sys.executable, "-c", WRITER, opened.place()]
    both = [subprocess.Popen([*words, who]) for who in "xy"]
    assert [one.wait(200) for one in both] == [0, 0]
    # each wrote on what it had seen: every letter of both is there, in the order of the history
    note = row(filled, "A")["note"]
    assert sorted(note) == ["x"] * 12 + ["y"] * 12
    past = filled.history("A")
    past = past[past["field"].eq("note")]
    assert "".join(past["who"]) == note
    assert row(filled, "A")["version"] == 25


@pytest.mark.parametrize("day", ["0001-01-01", "1949-12-31", "2201-01-01"])
def test_a_day_of_another_age_is_refused(filled, day):
    key = filled.plots()["plot_id"].iloc[0]
    assert refused(filled.set, LedgerEdit(key, {"due": day}), by="王") == "ledger.year_far"
    period = f"{day[:4]}-12"
    assert refused(filled.set_milestone, period, "plan", plots=1, by="王") == "ledger.year_far"


def test_a_milestone_that_never_was_is_not_taken_back(filled):
    past = len(filled.history())
    assert refused(filled.set_milestone, "2026-12", "plan", by="王") == "ledger.milestone_none"
    filled.set_milestone("2026-12", "plan", plots=1, by="王")
    filled.set_milestone("2026-12", "plan", by="王")
    assert refused(filled.set_milestone, "2026-12", "plan", by="王") == "ledger.milestone_none"
    assert len(filled.history()) == past


def test_a_wrong_period_is_told_as_it_was_written(filled):
    with pytest.raises(InputError, match="“<b>x</b>”"):
        filled.set_milestone("<b>x</b>", "plan", plots=1, by="王")
    filled.set_milestone("2099-q1", "plan", plots=1, by="王")
    assert filled.milestones()["period"].tolist() == ["2099-Q1"]


def test_the_mark_is_another_after_each_act_and_the_same_without_one(filled):
    marks = [filled.mark()]
    assert filled.mark() == marks[0]
    filled.set(LedgerEdit("A", {"note": "甲"}), by="王")
    marks.append(filled.mark())
    filled.undo(filled.history("A")["act"].iloc[-1], by="王")
    marks.append(filled.mark())
    filled.take(a_run([("A", "low_efficiency", 11.0), ("Z", "low_efficiency", 1.0)]), by="王")
    marks.append(filled.mark())
    assert len(set(marks)) == len(marks)
