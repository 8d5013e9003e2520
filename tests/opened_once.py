"""The shipped workspaces opened once a worker, and their runs made once, as a server does.

Most tests of commands ask one thing of an answer, and reading a county's layers costs more
than what they ask. Tests of opening and running themselves are not given these: they use
the functions as they are, and the first use of each here goes the whole way too.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

import platforms as ip
from platforms.layers.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]
_KEPT_RUNS = 4
_MADE: dict[tuple[int, str | None, str], ip.Run] = {}


@contextlib.contextmanager
def opened_once() -> Iterator[None]:
    """Open each workspace of the checkout once; others, which tests write, every time."""
    as_it_is = ip.Workspace.open
    opened: dict[tuple[object, ...], ip.Workspace] = {}

    def of_class(cls, name=None):
        key = find_workspace(name)
        if ROOT not in key[1].parents:
            return as_it_is(name)
        if key not in opened:
            opened[key] = as_it_is(name)
        return opened[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ip.Workspace, "open", classmethod(of_class))
        yield


@contextlib.contextmanager
def run_once() -> Iterator[None]:
    """Run a workspace of the checkout by a rule pack once, and give each caller a copy.

    Only runs of the workspace's own plots that nobody watches are kept.
    """
    from platforms.planning import run as room

    as_it_is = ip.run

    def run(workspace, *, rules=None, **options):
        own = ROOT in workspace.geo_dir.parents and (rules is None or isinstance(rules, str))
        if not own or any(value is not None and value is not False for value in options.values()):
            return as_it_is(workspace, rules=rules, **options)
        # an answer has reasons in the language in which it was made
        key = (id(workspace), rules, ip.language())
        if key not in _MADE:
            if len(_MADE) == _KEPT_RUNS:
                _MADE.pop(next(iter(_MADE)))
            _MADE[key] = as_it_is(workspace, rules=rules, **options)
        kept = _MADE[key]
        shared = {id(kept.workspace): kept.workspace, id(kept.pack): kept.pack}
        return copy.deepcopy(kept, shared)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "run", run)
        patch.setattr(ip, "run", run)
        yield
