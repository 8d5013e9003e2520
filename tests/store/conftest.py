from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# scenarios and runs made by hand, shared with the tests of the records themselves
sys.path += [str(_HERE.parent / "planning" / "scenarios"), str(_HERE / "ledger")]
