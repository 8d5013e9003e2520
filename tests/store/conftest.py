from __future__ import annotations

import sys
from pathlib import Path

# scenarios made by hand, shared with the tests of the records themselves
sys.path.append(str(Path(__file__).resolve().parents[1] / "planning" / "scenarios"))
