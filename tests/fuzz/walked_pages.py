"""The pages of the app and the addresses at which each of them is walked."""

from __future__ import annotations

PAGES = {
    "overview": [{}, {"at": "platforms:YQ-P07"}],
    "parks": [{}, {"show": "cards"}, {"show": "charts"}, {"show": "position"}],
    "plans": [{}, {"view": "figures"}, {"view": "differences"}],
    "plots": [{}],
    "rules": [{}],
    "land": [{}],
    "moves": [{}, {"part": "relocation"}, {"part": "siting"}, {"part": "portfolio"}],
    "targets": [{}],
    "scenarios": [{}],
    "ledger": [{}],
    "members": [{}],
    "exports": [{}],
    "stored": [{}],
}
