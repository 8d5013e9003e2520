"""What the page shows of all targets is made once a language; a choice is made anew."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.app.targets.target_board import make_board


@pytest.fixture
def board(yueqing):
    return make_board(yueqing)


def test_all_targets_are_shown_as_they_were_made_once(board):
    made = []

    def make():
        made.append(ip.language())
        return made[-1]

    assert [board.once("units", board.status, make) for _ in range(3)] == ["zh_CN"] * 3
    assert len(made) == 1
    ip.set_language("en")
    assert board.once("units", board.status, make) == "en"
    assert board.once("table", board.status, make) == "en"
    assert len(made) == 3


def test_a_choice_of_targets_is_made_anew(board):
    some = board.status.head(3)
    assert board.once("units", some, lambda: "some") == "some"
    assert board.once("units", board.status, lambda: "all") == "all"
    assert board.once("units", some, lambda: "others") == "others"


def test_another_board_shows_its_own(board, yueqing):
    assert board.once("figure", board.status, lambda: 1) == 1
    other = make_board(yueqing)
    assert other.once("figure", other.status, lambda: 2) == 2
