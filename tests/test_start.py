"""The first half second of the program."""

from __future__ import annotations

import subprocess
import sys

# Ctrl-C comes while the command line is being loaded, whenever that is on this machine
_STOPPED = """
import builtins, sys
plain = builtins.__import__
def stopped(name, *rest):
    if name == "click":
        raise KeyboardInterrupt
    return plain(name, *rest)
builtins.__import__ = stopped
from platforms.__main__ import begin
sys.exit(begin())
"""


def test_ctrl_c_while_it_loads_leaves_no_traceback():
    told = subprocess.run(
        [sys.executable, "-c", _STOPPED], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (1, "", "")


def test_the_module_is_the_program():
    told = subprocess.run(
        [sys.executable, "-m", "platforms", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("platforms ")
