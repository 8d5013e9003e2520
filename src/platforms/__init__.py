"""Planning workbench for a county's industrial land.

Government plans as data, official areas, rules that cite their clause, reclaimable land with
no square metre counted twice, and a map that opens offline.

>>> import platforms as ip
>>> ws = ip.Workspace.open("yueqing")
>>> len(ws.layer("platforms"))
27

Names are loaded when they are first used, so importing the package is quick and pulls in
neither the command line nor the app.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platforms.errors import PlatformsError
    from platforms.geo.area import measure_frame as measure
    from platforms.geo.gcj import known_offset
    from platforms.geo.known import compare_known
    from platforms.geo.raster.cover import coverage_shares, slope_shares
    from platforms.geo.raster.limit import RasterLimit
    from platforms.geo.raster.opened import Raster, open_raster
    from platforms.geo.read import Plots, inspect, read_plots
    from platforms.issues import Issue, IssueTable
    from platforms.layers.citations import citation, citations
    from platforms.layers.copying import copy_workspace
    from platforms.layers.firm_table import FirmTable, read_firms
    from platforms.layers.link_table import LinkTable, read_links
    from platforms.messages import language, set_language, text
    from platforms.outputs.books.change_book import save_changes
    from platforms.outputs.books.land_table import land_table, save_land_table
    from platforms.outputs.books.portfolio_book import (
        portfolio_relaxations,
        portfolio_shortages,
        save_portfolio,
    )
    from platforms.outputs.books.portfolio_table import portfolio_table
    from platforms.outputs.books.relocation_file import save_relocation
    from platforms.outputs.books.scenario_book import save_comparison
    from platforms.outputs.books.siting_book import save_siting, siting_table, siting_terms
    from platforms.outputs.books.target_sheet import save_targets, target_sheet
    from platforms.outputs.books.workbook import save_workbook
    from platforms.outputs.certificates.certificate import render_certificate, save_certificate
    from platforms.outputs.certificates.certificate_document import certificate_document
    from platforms.outputs.export import export_run
    from platforms.outputs.folder import save_geopackage, save_run
    from platforms.outputs.maps.belonging_map import belonging_document
    from platforms.outputs.maps.change_sheet import change_document, change_plots
    from platforms.outputs.maps.folium_map import build_map
    from platforms.outputs.maps.land_map import (
        claim_colors,
        claim_plots,
        free_title,
        land_document,
        limit_title,
    )
    from platforms.outputs.maps.map_document import MapDocument
    from platforms.outputs.maps.map_sheet import run_document
    from platforms.outputs.maps.page import render_page, runtime_assets, save_html
    from platforms.outputs.maps.portfolio_map import portfolio_document
    from platforms.outputs.maps.relocation_map import relocation_document
    from platforms.outputs.maps.scenario_change_map import scenario_change_document
    from platforms.outputs.maps.scenario_map import scenario_document
    from platforms.outputs.maps.siting_map import SITE_LAYERS, site_score, siting_document
    from platforms.outputs.plots_file import write_plots
    from platforms.outputs.scenario_tables import (
        scenario_figures,
        scenario_inputs,
        scenario_parameters,
        scenario_steps,
        scenario_table,
        scenario_why,
    )
    from platforms.outputs.target_words import target_number, target_remarks, target_scope
    from platforms.outputs.verdict_words import count_title, verdict_words
    from platforms.planning.adjustment import Adjustment, adjust
    from platforms.planning.belonging.doubts import belonging_sums, doubts
    from platforms.planning.belonging.membership import assign, membership
    from platforms.planning.choice.portfolio import (
        Portfolio,
        portfolio,
        portfolio_target,
        portfolio_targets,
    )
    from platforms.planning.choice.portfolio_curve import PortfolioPrice
    from platforms.planning.choice.portfolio_input import PortfolioLimits
    from platforms.planning.choice.portfolio_locks import read_locks
    from platforms.planning.choice.portfolio_margin import portfolio_margins
    from platforms.planning.choice.portfolio_records import portfolio_plots, portfolio_records
    from platforms.planning.choice.portfolio_weights import PortfolioWeights, portfolio_weights
    from platforms.planning.drawing import Drawn, measure_ring
    from platforms.planning.drill import TargetParts, target_parts, target_plots, target_standing
    from platforms.planning.effort import Progress
    from platforms.planning.figures import key_figures, summarise
    from platforms.planning.land.balance import LandBalance, land_balance
    from platforms.planning.land.contiguity import Contiguity, contiguous_areas
    from platforms.planning.land.control_line import control_line, control_line_by
    from platforms.planning.land.factors import (
        FactorTable,
        LandParameters,
        land_parameters,
        potential_factors,
    )
    from platforms.planning.land.floors import floor_potential, floor_records
    from platforms.planning.land.freed import freed_energy, freed_records, idle_land
    from platforms.planning.land.matrix import overlap_matrix
    from platforms.planning.land.potential import (
        potential,
        potential_records,
        potential_totals,
        realistic_potential,
    )
    from platforms.planning.land.reclaim import land_by, land_records, land_totals, reclaim
    from platforms.planning.land.review import LAND_GROUPS, LandReview, land_review
    from platforms.planning.land.review_records import land_meanings, review_records
    from platforms.planning.land.unused import unused_land, unused_records
    from platforms.planning.moves.relocation import relocate
    from platforms.planning.moves.relocation_answer import Relocation
    from platforms.planning.moves.relocation_effort import Effort as SearchEffort
    from platforms.planning.moves.relocation_files import RelocationData, relocation_data
    from platforms.planning.moves.relocation_sums import firm_towns, relocation_figures, town_flows
    from platforms.planning.moves.relocation_terms import checked_weights as relocation_weights
    from platforms.planning.run import STAGES, Run, run
    from platforms.planning.run_input import workspace_plots
    from platforms.planning.scenarios.change import ScenarioChange
    from platforms.planning.scenarios.comparing import compare_scenarios
    from platforms.planning.scenarios.making import scenario_of
    from platforms.planning.scenarios.record import Input as ScenarioInput
    from platforms.planning.scenarios.record import Kept, Scenario
    from platforms.planning.siting.method import siting_method
    from platforms.planning.siting.project import Project, read_project
    from platforms.planning.siting.ranking import Site, Siting, site
    from platforms.planning.siting.ranking import Term as SiteTerm
    from platforms.planning.survey import Survey, survey
    from platforms.policy.diff import PolicyDiff, policy_diff
    from platforms.policy.evaluate import assess, evaluate
    from platforms.policy.evaluation import Evaluation
    from platforms.policy.facts import add_facts
    from platforms.policy.links import FirmData, Joined, join_firms
    from platforms.policy.scoring import score as score_firms
    from platforms.policy.settings import with_settings
    from platforms.policy.targets_records import responsible_units, select_targets, target_records
    from platforms.policy.targets_reported import read_reported, reported_values
    from platforms.policy.trace import explain
    from platforms.policy.workspace import Workspace
    from platforms.store.keeping import Store
    from platforms.store.opening import open_store
    from platforms.version import VERSION as __version__  # noqa: N811 its public name

_HOMES = {
    "Adjustment": "planning.adjustment",
    "Contiguity": "planning.land.contiguity",
    "Drawn": "planning.drawing",
    "Evaluation": "policy.evaluation",
    "FactorTable": "planning.land.factors",
    "FirmData": "policy.links",
    "FirmTable": "layers.firm_table",
    "Issue": "issues",
    "IssueTable": "issues",
    "Joined": "policy.links",
    "Kept": "planning.scenarios.record",
    "LAND_GROUPS": "planning.land.review",
    "LandBalance": "planning.land.balance",
    "LandParameters": "planning.land.factors",
    "LandReview": "planning.land.review",
    "LinkTable": "layers.link_table",
    "MapDocument": "outputs.maps.map_document",
    "PlatformsError": "errors",
    "Plots": "geo.read",
    "PolicyDiff": "policy.diff",
    "Portfolio": "planning.choice.portfolio",
    "PortfolioLimits": "planning.choice.portfolio_input",
    "PortfolioPrice": "planning.choice.portfolio_curve",
    "PortfolioWeights": "planning.choice.portfolio_weights",
    "Project": "planning.siting.project",
    "Progress": "planning.effort",
    "Raster": "geo.raster.opened",
    "RasterLimit": "geo.raster.limit",
    "Relocation": "planning.moves.relocation_answer",
    "RelocationData": "planning.moves.relocation_files",
    "Run": "planning.run",
    "SITE_LAYERS": "outputs.maps.siting_map",
    "STAGES": "planning.run",
    "Scenario": "planning.scenarios.record",
    "ScenarioChange": "planning.scenarios.change",
    "ScenarioInput": "planning.scenarios.record:Input",
    "SearchEffort": "planning.moves.relocation_effort:Effort",
    "Site": "planning.siting.ranking",
    "SiteTerm": "planning.siting.ranking:Term",
    "Siting": "planning.siting.ranking",
    "Store": "store.keeping",
    "Survey": "planning.survey",
    "Workspace": "policy.workspace",
    "__version__": "version:VERSION",
    "add_facts": "policy.facts",
    "adjust": "planning.adjustment",
    "assess": "policy.evaluate",
    "assign": "planning.belonging.membership:assign",
    "belonging_document": "outputs.maps.belonging_map",
    "belonging_sums": "planning.belonging.doubts",
    "build_map": "outputs.maps.folium_map",
    "certificate_document": "outputs.certificates.certificate_document",
    "change_document": "outputs.maps.change_sheet",
    "change_plots": "outputs.maps.change_sheet",
    "citation": "layers.citations",
    "citations": "layers.citations",
    "claim_colors": "outputs.maps.land_map",
    "claim_plots": "outputs.maps.land_map",
    "compare_known": "geo.known",
    "compare_scenarios": "planning.scenarios.comparing",
    "contiguous_areas": "planning.land.contiguity",
    "control_line": "planning.land.control_line",
    "control_line_by": "planning.land.control_line",
    "copy_workspace": "layers.copying",
    "count_title": "outputs.verdict_words",
    "coverage_shares": "geo.raster.cover",
    "doubts": "planning.belonging.doubts",
    "evaluate": "policy.evaluate",
    "explain": "policy.trace",
    "export_run": "outputs.export",
    "floor_potential": "planning.land.floors",
    "firm_towns": "planning.moves.relocation_sums",
    "floor_records": "planning.land.floors",
    "free_title": "outputs.maps.land_map",
    "freed_energy": "planning.land.freed",
    "freed_records": "planning.land.freed",
    "idle_land": "planning.land.freed",
    "inspect": "geo.read",
    "join_firms": "policy.links",
    "key_figures": "planning.figures",
    "known_offset": "geo.gcj",
    "land_balance": "planning.land.balance",
    "land_by": "planning.land.reclaim",
    "land_document": "outputs.maps.land_map",
    "land_meanings": "planning.land.review_records",
    "land_parameters": "planning.land.factors",
    "land_records": "planning.land.reclaim",
    "land_review": "planning.land.review",
    "land_table": "outputs.books.land_table",
    "land_totals": "planning.land.reclaim",
    "language": "messages",
    "limit_title": "outputs.maps.land_map",
    "measure": "geo.area:measure_frame",
    "measure_ring": "planning.drawing",
    "membership": "planning.belonging.membership",
    "open_raster": "geo.raster.opened",
    "open_store": "store.opening",
    "overlap_matrix": "planning.land.matrix",
    "policy_diff": "policy.diff",
    "portfolio": "planning.choice.portfolio",
    "portfolio_document": "outputs.maps.portfolio_map",
    "portfolio_margins": "planning.choice.portfolio_margin",
    "portfolio_plots": "planning.choice.portfolio_records",
    "portfolio_records": "planning.choice.portfolio_records",
    "portfolio_relaxations": "outputs.books.portfolio_book",
    "portfolio_shortages": "outputs.books.portfolio_book",
    "portfolio_table": "outputs.books.portfolio_table",
    "portfolio_target": "planning.choice.portfolio",
    "portfolio_targets": "planning.choice.portfolio",
    "portfolio_weights": "planning.choice.portfolio_weights",
    "potential": "planning.land.potential",
    "potential_factors": "planning.land.factors",
    "potential_records": "planning.land.potential",
    "potential_totals": "planning.land.potential",
    "read_firms": "layers.firm_table",
    "read_links": "layers.link_table",
    "read_locks": "planning.choice.portfolio_locks",
    "read_plots": "geo.read",
    "read_project": "planning.siting.project",
    "read_reported": "policy.targets_reported",
    "realistic_potential": "planning.land.potential",
    "reclaim": "planning.land.reclaim",
    "relocate": "planning.moves.relocation",
    "relocation_data": "planning.moves.relocation_files",
    "relocation_weights": "planning.moves.relocation_terms:checked_weights",
    "relocation_document": "outputs.maps.relocation_map",
    "relocation_figures": "planning.moves.relocation_sums",
    "render_certificate": "outputs.certificates.certificate",
    "render_page": "outputs.maps.page",
    "reported_values": "policy.targets_reported",
    "responsible_units": "policy.targets_records",
    "review_records": "planning.land.review_records",
    "run": "planning.run",
    "run_document": "outputs.maps.map_sheet",
    "runtime_assets": "outputs.maps.page",
    "save_certificate": "outputs.certificates.certificate",
    "save_changes": "outputs.books.change_book",
    "save_comparison": "outputs.books.scenario_book",
    "save_geopackage": "outputs.folder",
    "save_html": "outputs.maps.page",
    "save_land_table": "outputs.books.land_table",
    "save_portfolio": "outputs.books.portfolio_book",
    "save_relocation": "outputs.books.relocation_file",
    "save_run": "outputs.folder",
    "save_siting": "outputs.books.siting_book",
    "save_targets": "outputs.books.target_sheet",
    "save_workbook": "outputs.books.workbook",
    "scenario_change_document": "outputs.maps.scenario_change_map",
    "scenario_document": "outputs.maps.scenario_map",
    "scenario_figures": "outputs.scenario_tables",
    "scenario_inputs": "outputs.scenario_tables",
    "scenario_of": "planning.scenarios.making",
    "scenario_parameters": "outputs.scenario_tables",
    "scenario_steps": "outputs.scenario_tables",
    "scenario_table": "outputs.scenario_tables",
    "scenario_why": "outputs.scenario_tables",
    "score_firms": "policy.scoring:score",
    "select_targets": "policy.targets_records",
    "set_language": "messages",
    "site": "planning.siting.ranking:site",
    "site_score": "outputs.maps.siting_map",
    "siting_document": "outputs.maps.siting_map",
    "siting_method": "planning.siting.method",
    "siting_table": "outputs.books.siting_book",
    "siting_terms": "outputs.books.siting_book",
    "slope_shares": "geo.raster.cover",
    "summarise": "planning.figures",
    "survey": "planning.survey",
    "TargetParts": "planning.drill",
    "target_number": "outputs.target_words",
    "target_parts": "planning.drill",
    "target_plots": "planning.drill",
    "target_remarks": "outputs.target_words",
    "target_scope": "outputs.target_words",
    "target_records": "policy.targets_records",
    "target_sheet": "outputs.books.target_sheet",
    "target_standing": "planning.drill",
    "text": "messages",
    "town_flows": "planning.moves.relocation_sums",
    "unused_land": "planning.land.unused",
    "unused_records": "planning.land.unused",
    "verdict_words": "outputs.verdict_words",
    "with_settings": "policy.settings",
    "workspace_plots": "planning.run_input",
    "write_plots": "outputs.plots_file",
}

__all__ = [  # noqa: RUF022 grouped as they came
    "Adjustment", "Contiguity", "Drawn", "Evaluation", "FactorTable", "FirmData", "FirmTable",
    "Issue", "IssueTable", "Joined", "LandParameters", "LinkTable", "MapDocument",
    "PlatformsError", "Plots",
    "PolicyDiff", "Portfolio", "PortfolioLimits", "PortfolioPrice", "PortfolioWeights", "Progress",
    "Raster",
    "RasterLimit", "Relocation", "RelocationData", "Run", "STAGES", "SearchEffort", "Survey",
    "TargetParts", "Workspace", "add_facts", "adjust", "assess", "assign", "build_map",
    "certificate_document",
    "change_document", "change_plots", "citation", "citations", "claim_colors", "claim_plots",
    "compare_known", "contiguous_areas", "copy_workspace", "count_title", "coverage_shares",
    "evaluate", "explain", "export_run", "floor_potential", "floor_records", "free_title",
    "freed_energy",
    "freed_records", "idle_land", "inspect", "join_firms", "key_figures", "known_offset", "land_by",
    "land_document", "land_meanings", "land_parameters", "land_records", "land_table",
    "land_totals", "language",
    "limit_title", "measure", "measure_ring", "membership", "open_raster", "overlap_matrix",
    "policy_diff", "portfolio", "portfolio_plots", "portfolio_records", "portfolio_relaxations",
    "portfolio_shortages", "portfolio_target", "portfolio_weights", "potential",
    "potential_factors", "potential_records", "potential_totals", "read_firms", "read_links",
    "read_locks", "read_plots", "read_reported", "realistic_potential", "reclaim", "relocate",
    "relocation_data", "relocation_document", "relocation_figures", "town_flows", "firm_towns",
    "relocation_weights", "belonging_document", "belonging_sums", "doubts",
    "render_certificate", "render_page", "reported_values", "responsible_units",
    "run", "run_document", "runtime_assets", "save_certificate", "save_changes", "save_geopackage",
    "save_html", "save_land_table", "save_portfolio", "save_relocation", "save_run", "save_targets",
    "save_workbook", "score_firms", "select_targets", "set_language", "slope_shares", "summarise",
    "survey", "target_number", "target_parts", "target_plots", "target_records",
    "target_remarks", "target_scope", "target_sheet", "target_standing", "text",
    "unused_land", "unused_records", "verdict_words", "with_settings", "workspace_plots",
    "write_plots", "__version__", "LandBalance", "land_balance", "control_line", "control_line_by",
    "LAND_GROUPS", "LandReview", "land_review", "review_records", "Project", "Siting",
    "read_project", "site", "Kept", "Scenario", "ScenarioInput", "scenario_of",
    "Store", "open_store", "ScenarioChange", "compare_scenarios",
    "scenario_change_document", "scenario_document", "scenario_figures", "scenario_inputs",
    "scenario_parameters", "scenario_steps", "scenario_table", "scenario_why",
    "save_comparison",
    "SITE_LAYERS", "portfolio_document", "portfolio_margins", "save_siting", "site_score",
    "siting_document", "siting_method", "siting_table", "siting_terms", "portfolio_table",
    "Site", "SiteTerm", "portfolio_targets",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'platforms' has no attribute {name!r}")
    module, _, inner = home.partition(":")
    value: object = getattr(import_module(f"platforms.{module}"), inner or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
