"""A process that is killed while it reads leaves a copy of a user's file: the next removes it."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import corpus
from test_corpus import AREA

from platforms.geo import read
from platforms.geo.hidden_folder import temporary_folder

_READ = """
import sys, tempfile
tempfile.tempdir = sys.argv[2]
from platforms.geo.ingest import preflight, sandbox, sniff
with preflight.staged(sys.argv[1]) as staged:
    (found,), _ = sniff.datasets(staged.members, file="a")
    with sandbox.reading(found):
        print("reading", flush=True)
        sys.stdin.read()
"""


def test_what_a_killed_reader_left_goes_with_the_next_reading(tmp_path, monkeypatch):
    path = corpus.raw(tmp_path, "a.gpkg", b"")
    path.unlink()
    corpus.plots().to_file(path, driver="GPKG")
    place = tmp_path / "temporary"
    place.mkdir()
    words = [sys.executable, "-c", _READ, str(path), str(place)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:  # fmt: skip
        assert child.stdout.readline() == "reading\n"
        left = sorted(place.iterdir())
        # what is being read is nobody's to sweep
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        with temporary_folder() as mine:
            assert sorted(place.iterdir()) == sorted([*left, mine])
        child.kill()
    assert len(left) == 2
    assert len(read.read_plots(path, workspace=AREA).frame) == 2
    assert list(place.iterdir()) == []
