"""Faults as a table.

Data are checked to the end and reported once: each fault is a row that says which file,
layer, feature and field, what kind it is, how grave, what it means and what was done about
it, with the m² that this changed. The words come from the catalogue
(``issues.<kind>.message`` and ``.action``), so a table can be shown in either language.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from platforms import messages
from platforms.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Issue", "IssueTable", "Severity"]

Severity = Literal["info", "warning", "error"]

_RANK: dict[str, int] = {"info": 0, "warning": 1, "error": 2}

COLUMNS = (
    "file",
    "layer",
    "feature",
    "field",
    "kind",
    "severity",
    "message",
    "action",
    "delta_m2",
)

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclasses.dataclass(frozen=True, slots=True)
class Issue:
    """One fault.

    Attributes
    ----------
    kind
        Name of the fault, and its key in the catalogue.
    severity
        ``info`` changes nothing, ``warning`` should be looked at, ``error`` keeps a row out.
    feature
        Plot id or row, as text; None for the whole file.
    field, file, layer
        Where.
    delta_m2
        Square metres that the action taken changed; None where nothing changed.
    values
        Values that the message names.
    """

    kind: str
    severity: Severity
    feature: str | None = None
    field: str | None = None
    file: str | None = None
    layer: str | None = None
    delta_m2: float | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=lambda: _NOTHING)

    def _text(self, part: str, lang: str | None) -> str:
        named = {
            "feature": self.feature,
            "field": self.field,
            "file": self.file,
            "layer": self.layer,
            "delta_m2": self.delta_m2,
            **self.values,
        }
        return messages.text(f"issues.{self.kind}.{part}", lang, **messages.in_one_line(named))

    def message(self, lang: str | None = None) -> str:
        """Say what is wrong and where."""
        return self._text("message", lang)

    def action(self, lang: str | None = None) -> str:
        """Say what was done, or what the user should do."""
        return self._text("action", lang)


class IssueTable:
    """Faults in the order in which they were found."""

    def __init__(self, issues: Iterable[Issue] = ()) -> None:
        self._issues = list(issues)

    def __len__(self) -> int:
        """Return the number of faults."""
        return len(self._issues)

    def __iter__(self) -> Iterator[Issue]:
        """Go through the faults."""
        return iter(self._issues)

    def __repr__(self) -> str:
        """Count the faults by kind."""
        return f"IssueTable({dict(self.by_kind())})"

    def add(
        self,
        kind: str,
        severity: Severity,
        *,
        feature: str | None = None,
        field: str | None = None,
        file: str | None = None,
        layer: str | None = None,
        delta_m2: float | None = None,
        **values: object,
    ) -> None:
        """Add one fault; further values are those that its message names."""
        self._issues.append(Issue(kind, severity, feature, field, file, layer, delta_m2, values))

    def extend(self, other: Iterable[Issue]) -> None:
        """Add the faults of another table."""
        self._issues.extend(other)

    def by_kind(self) -> Counter[str]:
        """Count the faults by kind."""
        return Counter(issue.kind for issue in self._issues)

    def worst(self) -> Severity | None:
        """Return the gravest severity, or None for an empty table."""
        return max((i.severity for i in self._issues), key=_RANK.__getitem__, default=None)

    def to_records(self, lang: str | None = None) -> list[dict[str, object]]:
        """Return one dict a fault, with the keys of ``COLUMNS``."""
        return [
            {
                "file": i.file,
                "layer": i.layer,
                "feature": i.feature,
                "field": i.field,
                "kind": i.kind,
                "severity": i.severity,
                "message": i.message(lang),
                "action": i.action(lang),
                "delta_m2": i.delta_m2,
            }
            for i in self._issues
        ]

    def to_frame(self, lang: str | None = None) -> pd.DataFrame:
        """Return the table as a DataFrame with the columns of ``COLUMNS``."""
        import pandas as pd

        return pd.DataFrame(self.to_records(lang), columns=list(COLUMNS))

    def raise_errors(self, *, strict: bool = False) -> None:
        """Raise when there is an error, or with ``strict`` a warning.

        Raises
        ------
        InputError
            Names the first such fault and counts the others.
        """
        limit = _RANK["warning" if strict else "error"]
        bad = [i for i in self._issues if _RANK[i.severity] >= limit]
        if bad:
            raise InputError(
                "issues.refused", count=len(bad), message=bad[0].message(), action=bad[0].action()
            )
