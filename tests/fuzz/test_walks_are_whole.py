"""What is new is walked: every option of the schema, and every page there is."""

from __future__ import annotations

from pathlib import Path

from command_words import GOOD, NOT_HERE, commands, options, used
from walked_pages import PAGES

from platforms.app import views


def test_every_option_has_a_value_that_is_understood_and_awkward_ones():
    assert set(GOOD) == set(commands())
    missing = []
    for command, calls in GOOD.items():
        seen: set[str] = set()
        for line in calls:
            seen |= used(line.split(" "), command)
        # each call is given the workspace
        known = {"--workspace"} | {
            one.partition(" ")[2] for one in NOT_HERE if one.startswith(command)
        }
        every = {option.name for option in options(command)} if calls else set()
        missing += [f"{command} {name}" for name in sorted(every - seen - known)]
        missing += [
            f"{command} {o.name}: nothing awkward" for o in options(command) if not o.awkward()
        ]
    assert missing == []


def test_every_page_is_walked():
    found = {path.stem for path in Path(views.__file__).parent.glob("*.py")}
    assert set(PAGES) == found - {"__init__"}
