"""A run of one plot, and acts that are refused."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import platforms as ip
from platforms.errors import InputError, StoreError

_PLOT = {"plot_id": "A", "verdict": "low_efficiency", "area_mu": 10.0, "area_m2": 20000 / 3}
_PACK = SimpleNamespace(pack="rules", outcomes=("low_efficiency",))
LOW = SimpleNamespace(
    plots=pd.DataFrame([_PLOT]), pack=_PACK, input={"name": "f.gpkg"}, sample=False
)


def refused(act, *args, **named):
    """The key of what an act is refused with."""
    with pytest.raises((InputError, StoreError)) as caught:
        act(*args, **named)
    return caught.value.key


def step_to(store, step, by, why="原因"):
    return store.ledger.set(ip.LedgerEdit("A", {"step": step}), by=by, why=why)
