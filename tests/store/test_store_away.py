"""A store that was there and is gone is away: looking neither makes another nor shows nothing."""

from __future__ import annotations

import pytest

from platforms.errors import StoreError
from platforms.store.correcting import with_positions
from platforms.store.opening import open_store


@pytest.fixture
def kept(tmp_path):
    folder = tmp_path / "kept"
    store = open_store("here", folder)
    store.members.add("审", "approver", by="审")
    return folder


def test_looking_at_a_store_that_went_away_makes_no_other_and_is_told(kept, tmp_path):
    assert open_store("here", kept, make=False).members.role_of("审") == "approver"
    kept.rename(tmp_path / "moved")
    with pytest.raises(StoreError, match="现在不在原处") as caught:
        open_store("here", kept, make=False)
    assert caught.value.key == "store.away"
    assert str(kept) in str(caught.value)
    assert not kept.exists()
    (tmp_path / "moved").rename(kept)
    assert open_store("here", kept, make=False).members.role_of("审") == "approver"


def test_a_file_that_went_away_is_told_to_who_writes_and_who_reads(kept, tmp_path):
    store = open_store("here", kept, make=False)
    store.path.rename(tmp_path / "aside.gpkg")
    for ask in (
        lambda: store.members.add("编", "editor", by="审"),
        store.members.list,
    ):
        with pytest.raises(StoreError) as caught:
            ask()
        assert caught.value.key == "store.away"
    assert not store.path.exists()


def test_positions_of_a_store_that_went_away_are_not_taken_for_none(yueqing, tmp_path):
    kept = tmp_path / "kept"
    open_store(yueqing, kept)
    kept.rename(tmp_path / "moved")
    with pytest.raises(StoreError) as caught:
        with_positions(yueqing, kept)
    assert caught.value.key == "store.away"


def test_where_none_was_seen_looking_finds_an_empty_one(tmp_path):
    assert open_store("here", tmp_path / "new", make=False).members.single_user
    assert not (tmp_path / "new").exists()
