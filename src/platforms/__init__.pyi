# types of the public names; __init__.py says where each is loaded from on first use
from platforms.engine.result import PartsRun
from platforms.engine.running import PART_STAGES, run_parts
from platforms.errors import OutputError, PlatformsError
from platforms.geo.area import measure_frame as measure
from platforms.geo.gcj import known_offset
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.joined import join_corners
from platforms.geo.known import compare_known
from platforms.geo.raster.cover import coverage_shares, slope_shares
from platforms.geo.raster.limit import RasterLimit
from platforms.geo.raster.opened import Raster, open_raster
from platforms.geo.read import Plots, inspect, read_plots
from platforms.issues import Issue, IssueTable
from platforms.layers.citations import citation, citations
from platforms.layers.copying import copy_workspace
from platforms.layers.documents.citing import Cited, cited
from platforms.layers.documents.coverage import document_coverage
from platforms.layers.documents.library import documents, full_text
from platforms.layers.documents.passages import (
    Passage,
    feature_passages,
    feature_places,
    passage,
    uncovered_citations,
)
from platforms.layers.documents.proving import DocumentProof, check_documents
from platforms.layers.firm_table import FirmTable, read_firms
from platforms.layers.importing.outlining import imported_outlines
from platforms.layers.importing.preview import ImportChoice, ImportColumn, ImportPreview
from platforms.layers.importing.previewing import preview_import
from platforms.layers.importing.writing import ImportResult, apply_import, save_set_aside
from platforms.layers.link_table import LinkTable, read_links
from platforms.layers.making.city import MadeCity, make_workspace
from platforms.layers.making.plan_text import city_document
from platforms.layers.making.wishes import NewCity
from platforms.layers.positions import Position, PositionSet
from platforms.messages import language, set_language, text
from platforms.outputs.books.change_book import save_changes
from platforms.outputs.books.issue_file import save_issues
from platforms.outputs.books.land_table import land_table, save_land_table
from platforms.outputs.books.ledger_book import ledger_words
from platforms.outputs.books.portfolio_book import (
    portfolio_relaxations,
    portfolio_shortages,
    save_portfolio,
)
from platforms.outputs.books.portfolio_table import portfolio_table
from platforms.outputs.books.recorded_sheet import (
    RecordedTables,
    recorded_remarks,
    recorded_tables,
)
from platforms.outputs.books.relocation_file import save_relocation
from platforms.outputs.books.scenario_book import save_comparison
from platforms.outputs.books.siting_book import save_siting, siting_table, siting_terms
from platforms.outputs.books.target_sheet import save_targets, target_sheet
from platforms.outputs.books.workbook import save_workbook
from platforms.outputs.certificates.certificate import render_certificate, save_certificate
from platforms.outputs.certificates.certificate_document import certificate_document
from platforms.outputs.desktop.plan_file import save_geopackage
from platforms.outputs.export import ExportChoice, export_run
from platforms.outputs.figures.chart_figure import save_chart
from platforms.outputs.figures.plan_figure import save_figure
from platforms.outputs.figures.pptx_slides import save_slides
from platforms.outputs.folder import save_run
from platforms.outputs.maps.belonging_map import belonging_document
from platforms.outputs.maps.boundary_preview import with_given_boundary
from platforms.outputs.maps.change_sheet import change_document, change_plots
from platforms.outputs.maps.extent_map import ExtentMap, map_of_extent
from platforms.outputs.maps.folium_map import build_map
from platforms.outputs.maps.land_map import (
    claim_colors,
    claim_plots,
    free_title,
    land_document,
    limit_title,
)
from platforms.outputs.maps.map_document import MapDocument
from platforms.outputs.maps.map_reading import base_frames, layer_frames, read_page, with_layers
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import render_page, runtime_assets, save_html
from platforms.outputs.maps.portfolio_map import portfolio_document
from platforms.outputs.maps.relocation_map import relocation_document
from platforms.outputs.maps.run_summary import run_summary
from platforms.outputs.maps.scenario_change_map import scenario_change_document
from platforms.outputs.maps.scenario_map import scenario_document
from platforms.outputs.maps.siting_map import SITE_LAYERS, site_score, siting_document
from platforms.outputs.maps.slides import (
    Slide,
    default_slides,
    order_slides,
    read_slides,
    with_slides,
)
from platforms.outputs.maps.stored_map import StoreMap
from platforms.outputs.maps.tile_sources import TileSource, read_tiles, tile_hosts, tile_layers
from platforms.outputs.plots_file import write_plots
from platforms.outputs.publication.checking import check_publication
from platforms.outputs.publication.profile import (
    PublicationRules,
    publication_titles,
    read_publication,
)
from platforms.outputs.publication.publish import publish
from platforms.outputs.scenario_tables import (
    scenario_figures,
    scenario_inputs,
    scenario_parameters,
    scenario_steps,
    scenario_table,
    scenario_why,
)
from platforms.outputs.scenario_words import scenario_told
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
from platforms.planning.completeness import completeness
from platforms.planning.correction import PlotCorrection, correct_plots, plot_correction
from platforms.planning.drawing import Drawn, measure_ring
from platforms.planning.drill import TargetParts, target_parts, target_plots, target_standing
from platforms.planning.effort import Progress
from platforms.planning.figures import key_figures, mu_of, summarise
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
from platforms.planning.land.placed_limits import placed_limits
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
from platforms.planning.plans.plan_changes import plan_changes, plan_contradictions
from platforms.planning.plans.plan_figures import FigureChart, figure_charts, plan_figures
from platforms.planning.plans.plan_words import plan_words
from platforms.planning.plans.plan_work import plan_work, select_work, work_naming, work_units
from platforms.planning.position_check import (
    check_position,
    check_positions,
    correctable_layers,
    one_boundary,
)
from platforms.planning.recheck import Recheck, area_sum, recheck_plots
from platforms.planning.recorded import Recorded
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
from platforms.planning.workspace_items import Completeness, WorkspaceItem
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
from platforms.store.care.backup import (
    StoreBackup,
    StoreRestored,
    backup_store,
    restore_store,
)
from platforms.store.care.checking import StoreCheck, check_store
from platforms.store.care.findings import StoreFault
from platforms.store.cluster import start_cluster, stop_cluster
from platforms.store.copying.copying import StoreCopied, copy_store
from platforms.store.copying.settling import StoreSettled, settle_store
from platforms.store.correcting import with_positions
from platforms.store.journal import Journal
from platforms.store.keeping import Store
from platforms.store.ledger.attaching import AttachedFile
from platforms.store.ledger.ledger import Ledger, LedgerEdit
from platforms.store.ledger.recording import ledger_targets
from platforms.store.ledger.taking import LedgerTaken
from platforms.store.members.beforehand import check_writer
from platforms.store.members.members import Members
from platforms.store.opening import admit_workspace, open_store, store_path, store_place
from platforms.store.plots.plots import StoredPlots
from platforms.store.plots.store_map import store_map
from platforms.store.plots.taking import PlotsTaken
from platforms.store.position_file import export_positions, import_positions
from platforms.store.positions import Positions
from platforms.store.status import StoreStatus, store_status
from platforms.version import VERSION as __version__  # noqa: N811 its public name

__all__ = [
    "LAND_GROUPS",
    "PART_STAGES",
    "SITE_LAYERS",
    "STAGES",
    "Adjustment",
    "AttachedFile",
    "Cited",
    "Completeness",
    "Contiguity",
    "DocumentProof",
    "Drawn",
    "Evaluation",
    "ExportChoice",
    "ExtentMap",
    "FactorTable",
    "FigureChart",
    "FirmData",
    "FirmTable",
    "ImportChoice",
    "ImportColumn",
    "ImportPreview",
    "ImportResult",
    "Issue",
    "IssueTable",
    "Joined",
    "Journal",
    "Kept",
    "LandBalance",
    "LandParameters",
    "LandReview",
    "Ledger",
    "LedgerEdit",
    "LedgerTaken",
    "LinkTable",
    "MadeCity",
    "MapDocument",
    "Members",
    "NewCity",
    "OutputError",
    "PartsRun",
    "Passage",
    "PlatformsError",
    "PlotCorrection",
    "Plots",
    "PlotsTaken",
    "PolicyDiff",
    "Portfolio",
    "PortfolioLimits",
    "PortfolioPrice",
    "PortfolioWeights",
    "Position",
    "PositionSet",
    "Positions",
    "Progress",
    "Project",
    "PublicationRules",
    "Raster",
    "RasterLimit",
    "Recheck",
    "Recorded",
    "RecordedTables",
    "Relocation",
    "RelocationData",
    "Run",
    "Scenario",
    "ScenarioChange",
    "ScenarioInput",
    "SearchEffort",
    "Site",
    "SiteTerm",
    "Siting",
    "Slide",
    "Store",
    "StoreBackup",
    "StoreCheck",
    "StoreCopied",
    "StoreFault",
    "StoreMap",
    "StoreRestored",
    "StoreSettled",
    "StoreStatus",
    "StoredPlots",
    "Survey",
    "TargetParts",
    "TileSource",
    "Workspace",
    "WorkspaceItem",
    "__version__",
    "add_facts",
    "adjust",
    "admit_workspace",
    "apply_import",
    "area_sum",
    "assess",
    "assign",
    "backup_store",
    "base_frames",
    "belonging_document",
    "belonging_sums",
    "build_map",
    "certificate_document",
    "change_document",
    "change_plots",
    "check_documents",
    "check_position",
    "check_positions",
    "check_publication",
    "check_store",
    "check_writer",
    "citation",
    "citations",
    "cited",
    "city_document",
    "claim_colors",
    "claim_plots",
    "compare_known",
    "compare_scenarios",
    "completeness",
    "contiguous_areas",
    "control_line",
    "control_line_by",
    "copy_store",
    "copy_workspace",
    "correct_plots",
    "correctable_layers",
    "count_title",
    "coverage_shares",
    "default_slides",
    "document_coverage",
    "documents",
    "doubts",
    "evaluate",
    "explain",
    "export_positions",
    "export_run",
    "feature_passages",
    "feature_places",
    "figure_charts",
    "firm_towns",
    "floor_potential",
    "floor_records",
    "free_title",
    "freed_energy",
    "freed_records",
    "full_text",
    "idle_land",
    "import_positions",
    "imported_outlines",
    "inspect",
    "join_corners",
    "join_firms",
    "key_figures",
    "known_offset",
    "land_balance",
    "land_by",
    "land_document",
    "land_meanings",
    "land_parameters",
    "land_records",
    "land_review",
    "land_table",
    "land_totals",
    "language",
    "layer_frames",
    "ledger_targets",
    "ledger_words",
    "limit_title",
    "make_workspace",
    "map_of_extent",
    "measure",
    "measure_ring",
    "membership",
    "mu_of",
    "one_boundary",
    "open_raster",
    "open_store",
    "order_slides",
    "overlap_matrix",
    "passage",
    "placed_limits",
    "plan_changes",
    "plan_contradictions",
    "plan_figures",
    "plan_words",
    "plan_work",
    "plot_correction",
    "policy_diff",
    "portfolio",
    "portfolio_document",
    "portfolio_margins",
    "portfolio_plots",
    "portfolio_records",
    "portfolio_relaxations",
    "portfolio_shortages",
    "portfolio_table",
    "portfolio_target",
    "portfolio_targets",
    "portfolio_weights",
    "potential",
    "potential_factors",
    "potential_records",
    "potential_totals",
    "preview_import",
    "publication_titles",
    "publish",
    "read_firms",
    "read_links",
    "read_locks",
    "read_page",
    "read_plots",
    "read_project",
    "read_publication",
    "read_reported",
    "read_slides",
    "read_tiles",
    "realistic_potential",
    "recheck_plots",
    "reclaim",
    "recorded_remarks",
    "recorded_tables",
    "relocate",
    "relocation_data",
    "relocation_document",
    "relocation_figures",
    "relocation_weights",
    "render_certificate",
    "render_page",
    "reported_values",
    "responsible_units",
    "restore_store",
    "review_records",
    "run",
    "run_document",
    "run_parts",
    "run_summary",
    "runtime_assets",
    "save_certificate",
    "save_changes",
    "save_chart",
    "save_comparison",
    "save_figure",
    "save_geopackage",
    "save_html",
    "save_issues",
    "save_land_table",
    "save_portfolio",
    "save_relocation",
    "save_run",
    "save_set_aside",
    "save_siting",
    "save_slides",
    "save_targets",
    "save_workbook",
    "scenario_change_document",
    "scenario_document",
    "scenario_figures",
    "scenario_inputs",
    "scenario_of",
    "scenario_parameters",
    "scenario_steps",
    "scenario_table",
    "scenario_told",
    "scenario_why",
    "score_firms",
    "select_targets",
    "select_work",
    "set_language",
    "settle_store",
    "site",
    "site_score",
    "siting_document",
    "siting_method",
    "siting_table",
    "siting_terms",
    "slope_shares",
    "start_cluster",
    "stop_cluster",
    "store_map",
    "store_path",
    "store_place",
    "store_status",
    "summarise",
    "survey",
    "target_number",
    "target_parts",
    "target_plots",
    "target_records",
    "target_remarks",
    "target_scope",
    "target_sheet",
    "target_standing",
    "temporary_folder",
    "text",
    "tile_hosts",
    "tile_layers",
    "town_flows",
    "uncovered_citations",
    "unused_land",
    "unused_records",
    "verdict_words",
    "with_given_boundary",
    "with_layers",
    "with_positions",
    "with_settings",
    "with_slides",
    "work_naming",
    "work_units",
    "workspace_plots",
    "write_plots",
]
