"""How much is tried, and with which numbers.

`FUZZ_SEED` chooses the inputs, `FUZZ_TIMES` how many times the short number of them is tried,
`FUZZ_ONLY` one of them (``name:number``).
"""

from __future__ import annotations

import os

SEED = int(os.environ.get("FUZZ_SEED", "20261122"))
TIMES = float(os.environ.get("FUZZ_TIMES", "1"))
ONLY = os.environ.get("FUZZ_ONLY", "")
