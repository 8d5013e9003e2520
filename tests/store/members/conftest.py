from __future__ import annotations

import pytest
from team import LOW


@pytest.fixture
def store(opened):
    return opened("here")


@pytest.fixture
def team(store):
    """A store with one of each role: 审 approves, 编 edits, 看 reads; 路 is a stranger."""
    store.ledger.take(LOW, by="编")
    store.members.add("审", "approver", by="审")
    store.members.add("编", "editor", by="审")
    store.members.add("看", "reader", by="审", why="只看")
    return store
