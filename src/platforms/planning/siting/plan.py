"""How a project fits what the plan says of each platform.

Industry and direction are read from the plan's own rows, which are cited; how much each
direction welcomes a project is the method's judgement. A direction to leave industry excludes
a site, and so does a platform that forbids pollution when the project is said to pollute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platforms.planning.siting.method import IndustryWords, SitingMethod
from platforms.planning.siting.project import Project

if TYPE_CHECKING:
    from platforms.policy.workspace import Workspace

__all__ = ["Clause", "PlanFit", "plan_fits"]


@dataclass(frozen=True)
class Clause:
    """Where something is written.

    Attributes
    ----------
    doc, section, row
        Document, section and row, as in the layer's table; empty where not told.
    quote
        The words.
    """

    doc: str
    section: str
    row: str
    quote: str

    def record(self) -> dict[str, str]:
        """Return a JSON-ready dict."""
        return {"doc": self.doc, "section": self.section, "row": self.row, "quote": self.quote}


@dataclass(frozen=True)
class PlanFit:
    """What the plan says of a platform for one project.

    Attributes
    ----------
    name
        The platform.
    low, high
        Fit between 0 and 1; apart where something is not known.
    why
        Name of the reason in the catalogue.
    clause
        The plan's row.
    excluded
        Name of the reason that excludes it, empty where none does.
    """

    name: str
    low: float
    high: float
    why: str
    clause: Clause
    excluded: str = ""


def plan_fits(
    project: Project, method: SitingMethod, workspace: Workspace | None
) -> dict[str, PlanFit]:
    """Return the fit of a project with each platform of a workspace, by platform id."""
    if workspace is None or not workspace.has("platforms"):
        return {}
    known = method.industry(project.industry)
    named = _named_places(project, known, workspace)
    rows = workspace.layer("platforms").drop(columns="geometry").to_dict("records")
    return {str(row["platform_id"]): _fit(row, project, known, named, method) for row in rows}


def _named_places(
    project: Project, known: IndustryWords | None, workspace: Workspace
) -> frozenset[str]:
    """Return the places that the plan's table names for the project's industry."""
    industry = project.plan_industry or (known.plan if known else None)
    if industry is None or not workspace.has("industry_places"):
        return frozenset()
    places = workspace.layer("industry_places")
    return frozenset(places.loc[places["industry_id"].eq(industry), "place_id"].dropna())


def _fit(
    row: Mapping[Any, Any], project: Project, known: IndustryWords | None,
    named: frozenset[str], method: SitingMethod,
) -> PlanFit:  # fmt: skip
    text = {name: "" if row.get(name) != row.get(name) else str(row.get(name) or "")
            for name in ("industries", "direction_text", "direction_also", "town_id", "place_id",
                         "doc", "section", "row", "name")}  # fmt: skip
    clause = Clause(text["doc"], text["section"], text["row"], text["direction_text"])
    words = (*known.words, project.industry) if known else (project.industry,)
    present = text["industries"] + ";" + text["direction_text"]
    match, why = (method.number("no_match"), 1.0), "industry_unknown"
    if {text["place_id"], text["town_id"]} & named:
        match, why = (1.0, 1.0), "named"
    elif any(word in present for word in words):
        match, why = (1.0, 1.0), "industry"
    elif known is not None:
        match, why = (method.number("no_match"),) * 2, "other_industry"
    also = text["direction_also"].split(";")
    scale = method.control_factor if "control" in also else 1.0
    direction = next((one for one in method.directions if one.id == row.get("direction")), None)
    least, most = (0.0, 1.0) if direction is None else (direction.score, direction.score)
    low, high = match[0] * least * scale, match[1] * most * scale
    excluded = "retreat" if direction is not None and direction.excludes else ""
    if "clean_industry" in also and not excluded:
        if project.polluting:
            excluded = "polluting"
        elif project.polluting is None:
            low = 0.0
            why = f"{why}_if_clean"
    return PlanFit(text["name"], low, high, why, clause, excluded)
