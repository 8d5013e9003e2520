"""What users read for verdicts, for what is missing, and for a measure that is suggested."""

from __future__ import annotations

from platforms import messages
from platforms.policy.columns import fact_column
from platforms.policy.schema import Measure, Pack

__all__ = ["measure_advice", "missing_title", "verdict_title"]


def verdict_title(pack: Pack, name: str, lang: str | None = None) -> str:
    """Return what users read for a verdict of a pack; ``not`` means what the pack asks."""
    low = "low_efficiency" in pack.outcomes
    entry = "none" if name == "not" and not low else name
    return messages.text(f"policy.verdict.{entry}", lang)


def missing_title(pack: Pack, name: str, lang: str | None = None) -> str:
    """Return what users read for a missing column, parameter or mean."""
    kind, _, rest = name.rpartition(":")
    if kind == "parameter":
        parameter = pack.parameter(rest)
        title = rest if parameter is None else parameter.title.show(lang)
        return messages.text("policy.missing_parameter", lang, title=title)
    for fact in pack.facts:
        if rest == fact_column(fact.id):
            return messages.text("policy.missing_fact", lang, title=fact.title.show(lang))
    base, _, year = rest.rpartition("_")
    field = pack.field(rest) or (pack.field(base) if year.isdigit() else None)
    title = rest if field is None else field.title.show(lang)
    if kind == "industry_mean":
        return messages.text("policy.missing_mean", lang, title=title)
    if field is not None and field.yearly:
        return messages.text("policy.in_year", lang, title=title, year=year)
    return title


def measure_advice(measure: Measure) -> str:
    """Return what users read for a measure: which, why, and on what basis."""
    return messages.text(
        "policy.reason_measure",
        measure=messages.text(f"policy.measure.{measure.measure}"),
        reason=str(measure.reason),
        basis=messages.text(f"policy.basis.{measure.basis}"),
    )
