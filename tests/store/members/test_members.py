from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from team import LOW, refused, step_to

import platforms as ip
from platforms.errors import StoreError
from platforms.store.members.asking import key_of, same_person


def test_without_members_whoever_has_the_store_may_do_everything(store):
    assert store.members.single_user
    store.ledger.take(LOW, by="谁")
    assert step_to(store, "close", "别人") == 1
    assert store.members.role_of("谁") is None
    assert store.members.list().empty
    assert store.members.history().empty


def test_the_first_member_is_an_approver_who_names_themselves(store):
    add = store.members.add
    assert refused(add, "编", "editor", by="编") == "members.first"
    assert refused(add, "审", "approver", by="别人") == "members.first"
    assert refused(add, "审", "approver", by="") == "members.first"
    assert refused(add, "  ", "approver", by="") == "store.name_empty"
    assert store.members.single_user
    add("审", "审批", by=" 审 ")
    assert store.members.role_of("审") == "approver"
    assert not store.members.single_user
    assert store.members.approvers() == ["审"]


def test_only_an_approver_names_members_and_the_history_says_so(team):
    members = team.members
    assert refused(members.add, "新", "reader", by="编") == "members.refused.lower"
    assert refused(members.change, "看", "editor", by="看") == "members.refused.lower"
    assert refused(members.remove, "编", by="路") == "members.refused.stranger"
    assert refused(members.add, "编", "reader", by="审") == "members.there"
    assert refused(members.add, "新", "boss", by="审") == "members.role_unknown"
    assert refused(members.change, "新", "editor", by="审") == "members.unknown"
    members.change("看", "editor", by="审", why="换岗")
    members.remove("编", by="审")
    assert members.role_of("编") is None
    members.add("编", "reader", by="审")
    told = members.history()[["name", "what", "was", "became", "who", "why"]].to_numpy().tolist()
    assert told == [
        ["审", "add", "", "approver", "审", ""],
        ["编", "add", "", "editor", "审", ""],
        ["看", "add", "", "reader", "审", "只看"],
        ["看", "role", "reader", "editor", "审", "换岗"],
        ["编", "remove", "editor", "", "审", ""],
        ["编", "add", "", "reader", "审", ""],
    ]
    assert dict(zip(members.list()["name"], members.list()["role"], strict=True)) == {
        "审": "approver", "编": "reader", "看": "editor",
    }  # fmt: skip


def test_the_last_approver_stays(team):
    members = team.members
    assert refused(members.remove, "审", by="审") == "members.last"
    assert refused(members.change, "审", "editor", by="审") == "members.last"
    members.change("编", "approver", by="审")
    members.remove("审", by="编")
    assert members.approvers() == ["编"]
    assert refused(members.remove, "编", by="编") == "members.last"


def test_a_role_that_stays_the_same_is_no_entry(team):
    before = len(team.members.history())
    team.members.change("看", "reader", by="审")
    team.members.change("审", "approver", by="审")
    assert len(team.members.history()) == before


def test_a_reader_and_a_stranger_write_nothing(team):
    edit = ip.LedgerEdit("A", {"unit": "局"})
    for who, wanted in (("看", "members.refused.lower"), ("路", "members.refused.stranger")):
        assert refused(team.ledger.set, edit, by=who) == wanted
        assert refused(team.ledger.take, LOW, by=who) == wanted
        goal = team.ledger.set_milestone
        assert refused(goal, "2026-Q4", "close", plots=1, by=who) == wanted
    assert refused(team.ledger.set, edit, by=" ") == "ledger.nobody"
    assert team.ledger.plots()["unit"].tolist() == [""]
    assert len(team.ledger.milestones()) == 0
    assert team.ledger.set(edit, by="编") == 1


def test_a_refusal_says_who_what_is_needed_and_whom_to_ask(team):
    with pytest.raises(StoreError) as caught:
        team.ledger.set(ip.LedgerEdit("A", {"unit": "局"}), by="看")
    told = caught.value.message("zh_CN")
    for word in ("看", "查看", "编辑", "审"):
        assert word in told
    with pytest.raises(StoreError) as caught:
        team.ledger.set(ip.LedgerEdit("A", {"unit": "局"}), by="路人")
    assert "路人" in caught.value.message("en")


def test_steps_of_the_data_file_need_an_approver_both_ways(team):
    assert team.ledger.steps.approved == {"accept", "close"}
    assert step_to(team, "act", "编") == 1
    assert refused(step_to, team, "accept", "编") == "members.refused.lower"
    assert refused(step_to, team, "close", "编") == "members.refused.lower"
    assert team.ledger.plots()["step"].tolist() == ["act"]
    assert step_to(team, "close", "审") == 1
    assert refused(step_to, team, "act", "编") == "members.refused.lower"
    # what stands at such a step can still be written on
    assert team.ledger.set(ip.LedgerEdit("A", {"note": "已办结"}), by="编") == 1
    assert team.ledger.plots()["step"].tolist() == ["close"]


def test_an_own_act_is_taken_back_and_that_of_another_by_an_approver_only(team):
    ledger = team.ledger
    ledger.set(ip.LedgerEdit("A", {"unit": "甲局"}), by="编")
    mine = ledger.history("A").iloc[-1]["act"]
    ledger.undo(mine, by="编")
    ledger.set(ip.LedgerEdit("A", {"unit": "乙局"}), by="审")
    theirs = ledger.history("A").iloc[-1]["act"]
    assert refused(ledger.undo, theirs, by="编") == "members.refused.lower"
    ledger.set(ip.LedgerEdit("A", {"due": "2026-12-31"}), by="编")
    ledger.undo(ledger.history("A").iloc[-1]["act"], by="审")
    assert ledger.plots()[["unit", "due"]].to_numpy().tolist() == [["乙局", ""]]


def test_an_undo_leaves_no_approved_step_by_one_who_is_approver_no_more(team):
    step_to(team, "accept", "审")
    act = team.ledger.history("A").iloc[-1]["act"]
    team.members.change("编", "approver", by="审")
    team.members.change("审", "editor", by="编")
    assert refused(team.ledger.undo, act, by="审") == "members.refused.lower"
    assert team.ledger.plots()["step"].tolist() == ["accept"]


def test_case_width_and_the_address_make_the_person(store):
    store.members.add("李敏 <li.min@x.cn>", "approver", by="Min Li <LI.MIN@x.cn>")
    assert store.members.role_of("ｌｉ.min@X.CN ") == "approver"
    assert store.members.role_of("李敏") is None
    # a name that another chose cannot pass for the address
    assert store.members.role_of("li.min@x.cn <evil@x.cn>") is None
    assert store.members.role_of("<li.min@x.cn> <evil@x.cn>") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_person_is_themselves_and_no_other_by_blanks(one, other):
    assert key_of(key_of(one)) == key_of(one) or "<" in one or "＜" in one
    assert same_person(one, f"  {one}\t") == bool(key_of(one))
    assert same_person(one, other) == same_person(other, one)


def test_workspaces_of_one_store_have_their_own_members(team, opened):
    other = opened("there")
    assert other.members.single_user
    other.ledger.take(LOW, by="路")
    assert len(other.members.list()) == 0


def test_the_history_does_not_change_by_other_means(team):
    for words in ("DELETE FROM member_event", "UPDATE member_event SET who = 'x'"):
        with pytest.raises(sa.exc.DBAPIError), team._engine.begin() as connection:
            connection.exec_driver_sql(words)
    assert len(team.members.history()) == 3


def test_of_two_who_write_members_at_once_one_is_refused(team, monkeypatch):
    members = team.members
    now = members._now

    def older(connection):
        number, known = now(connection)
        return number - 1, known

    monkeypatch.setattr(members, "_now", older)
    assert refused(members.remove, "看", by="审") == "members.meanwhile"
    assert team.members.role_of("看") == "reader"
