"""Killed while the files of an earlier run are replaced: files of two runs are never taken for one.

The short form stops between the moves in tests/geo/test_folder_change.py as well; here the
process is killed, so that nothing of it is tidied up.
"""

from __future__ import annotations

import shutil

import fault_acts as acts
import pytest
from killing import few

from platforms.errors import InputError
from platforms.geo.folder_change import broken_off
from platforms.outputs.run_folder import RunFolder

CHANGES = 40


@few(3)
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside other files"])
def test_killed_while_replacing(tmp_path, killer, times, beside):
    out = tmp_path / "place" / "out"

    def begin():
        shutil.rmtree(out.parent, ignore_errors=True)
        out.mkdir(parents=True)
        acts.fill_folder(out, -1)
        if beside:
            (out / "letter.txt").write_text("mine", encoding="utf-8")

    def numbers():
        files = [path for path in out.rglob("*") if path.is_file() and path.name[0] != "."]
        return {path.read_text() for path in files if path.name != "letter.txt"}

    begin()
    took = killer.let(acts.change_folder, str(out), CHANGES)
    assert numbers() == {str(CHANGES - 1)}
    for _ in killer.turns(times):
        begin()
        killer.kill(acts.change_folder, str(out), CHANGES, within=took)
        if broken_off(out, "run.json"):
            # only where a file of another has to stay in its place
            assert beside
            with pytest.raises(InputError, match="--overwrite"):
                RunFolder.open(out)
        else:
            assert len(numbers()) == 1
            assert len(list(out.rglob("p*"))) == 22
        assert beside == (out / "letter.txt").is_file()
    killer.let(acts.change_folder, str(out), 1)
    # what was left by those who were killed is gone too
    assert numbers() == {"0"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir() if path.name[0] == "."] == []
