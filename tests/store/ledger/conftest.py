from __future__ import annotations

import pytest
from ledger_samples import a_run


@pytest.fixture
def store(opened):
    return opened("here")


@pytest.fixture
def ledger(store):
    return store.ledger


@pytest.fixture
def filled(ledger):
    low = [(key, "low_efficiency", mu) for key, mu in (("A", 10.0), ("B", 20.0), ("C", 30.0))]
    ledger.take(a_run([*low, ("N", "not", 5.0), ("U", "unknown", 7.0)]), by="王")
    return ledger
