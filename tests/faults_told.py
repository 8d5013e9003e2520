"""How many acts were killed before their end, told at the end of `make faults`."""

from __future__ import annotations

import pytest

__all__ = ["pytest_terminal_summary"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the counts of the long forms, test by test."""
    lines = []
    for report in terminalreporter.getreports(""):
        told = dict(report.user_properties).get("faults")
        name = report.nodeid.rpartition("::")[2]
        if report.when == "teardown" and told is not None and "many" in name.partition("[")[2]:
            lines.append(f"{name}: {told[0]} before their end, {told[1]} had ended first")
    if lines:
        terminalreporter.section("killed or cut off")
        terminalreporter.write_line("\n".join(sorted(lines)))
