"""The corpus on its ways to people: where each way is tried, and those that print or log."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from hostile import CORPUS, HOSTILE
from hostile_city import lay_hostile
from platforms import messages
from platforms.app.plots.upload import safe_name
from platforms.cli.main import main
from platforms.cli.options import echo_json
from platforms.errors import InputError
from platforms.geo.read import read_plots
from platforms.issues import Issue
from platforms.outputs.plots_file import write_plots

TESTS = Path(__file__).parent
# every way on which words of users leave the program, and where the corpus goes through it
CHANNELS = {
    "page of a map, opened": "browser/test_page_hostile.py::test_nothing_of_a_few_texts_runs_at_any_place",
    "page of a map, all texts": "browser/test_page_hostile.py::test_every_text_stands_on_card_legend_table_and_search",
    "page of a map, slides": "browser/test_page_hostile.py::test_every_text_stands_on_a_slide",
    "page of a map, its name": "browser/test_page_hostile.py::test_a_page_may_be_called_like_a_text",
    "page of a map, as a file": "outputs/test_hostile_text.py::test_the_page_gives_the_texts_back_and_has_no_script_but_ours",
    "map of a relocation": "outputs/maps/test_relocation_map.py::test_hostile_names_are_text",
    "map of a scenario": "outputs/maps/test_scenario_map.py::test_hostile_names_stay_text",
    "what is published": "outputs/publication/test_publish.py::test_hostile_text_is_published_as_data",
    "labels of the app": "browser/test_app_hostile.py::test_a_label_of_any_kind_shows_a_text_letter_by_letter",
    "labels of the app, in the code": "app/test_markup.py::test_what_streamlit_reads_as_markdown_holds_no_text_of_a_user",
    "HTML of the app": "app/test_markup.py::test_what_users_write_is_shown_and_never_read",
    "pages of the app": "browser/test_app_hostile.py::test_every_page_shows_a_city_of_hostile_names",
    "uploads in the app": "browser/test_app.py::test_a_hostile_attribute_is_text_on_every_page",
    "addresses of the app": "app/test_upload_notice.py::test_hostile_names_in_the_address_are_text",
    "names of downloads": "test_channels.py::test_a_download_bears_a_name_that_is_one",
    "notebook and templates": "outputs/test_hostile_figures.py::test_no_text_reaches_a_template",
    "ledger as a workbook": "outputs/test_hostile_text.py::test_the_ledger_holds_the_texts_as_text",
    "table as text": "outputs/test_hostile_text.py::test_a_table_as_text_holds_no_formula_in_cells_or_headings",
    "plots as text": "outputs/test_hostile_text.py::test_plots_as_text_hold_no_formula_in_cells_or_headings",
    "plots as a workbook": "test_channels.py::test_plots_as_a_workbook_are_text_and_come_back",
    "plots for programs": "outputs/test_hostile_text.py::test_files_for_programs_give_the_texts_back",
    "boundary points": "test_channels.py::test_a_boundary_file_keeps_its_lines_whatever_the_names",
    "sheet (SVG, PDF, PNG)": "outputs/test_hostile_figures.py::test_a_sheet_draws_a_text_and_nothing_else",
    "slides (PPTX)": "outputs/test_hostile_figures.py::test_a_deck_holds_a_text_without_link_or_formula",
    "certificate as a page": "outputs/test_hostile_figures.py::test_a_certificate_names_each_plot_letter_by_letter",
    "certificate as PDF": "outputs/test_hostile_figures.py::test_the_typesetter_takes_each_text_as_words",
    "KML": "outputs/test_hostile_figures.py::test_kml_holds_each_text_as_name_title_and_value",
    "styles of QGIS": "outputs/desktop/test_plan_file.py::test_hostile_text_stays_text_in_a_style",
    "geodatabase": "outputs/desktop/test_run_exports.py::test_a_geodatabase_takes_hostile_names_and_long_numbers",
    "layers of a package": "outputs/test_hostile_places.py::test_a_layer_of_any_name_is_a_file_of_its_own_in_its_folder",
    "names of exports": "outputs/test_hostile_places.py::test_an_export_of_any_name_is_that_file_and_no_other",
    "names of databases": "outputs/test_hostile_places.py::test_a_layer_of_any_name_leaves_no_database",
    "names of workspaces": "outputs/test_hostile_places.py::test_a_workspace_of_any_name_is_unknown_and_kept_in_its_folder",
    "messages and faults": "test_channels.py::test_an_error_and_a_fault_are_one_line_whatever_they_name",
    "terminal, words given": "test_channels.py::test_a_command_that_is_given_a_text_says_it_in_one_line",
    "terminal, rows of a file": "test_channels.py::test_a_list_of_plots_is_calm_and_has_a_line_a_plot",
    "terminal, a whole city": "test_channels.py::test_the_commands_of_a_city_of_hostile_names_are_calm",
    "JSON": "test_channels.py::test_json_holds_each_text_and_steers_no_terminal",
}  # fmt: skip

# what moves the cursor, colours, turns the direction of writing or begins a line unseen
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
FORGED = "2026-11-22 08:00:00 INFO user=admin"


def calm(told: str) -> None:
    """Say that a terminal shows a text and does nothing else."""
    assert not UNSEEN.search(told), ascii(UNSEEN.search(told))
    assert not [line for line in told.splitlines() if line.startswith((FORGED, "Set-Cookie"))]


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_an_error_and_a_fault_are_one_line_whatever_they_name(lang):
    for one in CORPUS:
        error = InputError("read.not_found", file=one.text)
        fault = Issue("plot_repaired", "warning", feature=one.text, values={"problem": one.text})
        for told in (error.message(lang), fault.message(lang), fault.action(lang)):
            calm(told)
            assert len(told.splitlines()) == 1
        if one.terminal == "same":
            assert one.text in error.message(lang)


def test_what_is_no_text_but_holds_one_is_written_out_too():
    named = "a\x1b[31m\nb\u202ec"
    for value in (Path(named), OSError(named), [named], (named,)):
        told = InputError("read.not_found", file=value).message()
        calm(told)
        assert "a\\x1b[31m ⏎ b\\u202ec" in told


def test_each_channel_has_a_test_that_is_there():
    for channel, place in CHANNELS.items():
        file, _, name = place.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, channel


@pytest.mark.parametrize(
    "text", ["a\x1b[31mb", f"\n{FORGED}", "x\u202ey", "a\r\nSet-Cookie: x", "\x9b31m"]
)
def test_a_command_that_is_given_a_text_says_it_in_one_line(text, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (
        [text], ["measure", text], ["check", text], ["check", "-w", text], ["measure", f"--{text}"],
        ["assess", "a.gpkg", "--rules", text], ["measure", "a.gpkg", "--crs", text], ["init", text],
        ["map", "-o", f"{text}.pdf"], ["export", text, "gpkg"], ["site", "--project", text],
    ):  # fmt: skip
        main(words)
        told = capsys.readouterr()
        calm(told.out + told.err)
        assert "Traceback" not in told.err


@pytest.fixture(scope="module")
def plots(tmp_path_factory):
    """A file with a plot for each text that a file holds, called like it."""
    texts = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text) for text in HOSTILE]
    shapes = [
        shapely.box(40598000 + 200 * n, 3121000, 40598100 + 200 * n, 3121100)
        for n in range(len(texts))
    ]
    frame = gpd.GeoDataFrame({"name": texts, "note": texts}, geometry=shapes, crs="EPSG:4528")
    frame.insert(0, "plot_id", [f"P{n} {text[:40]}" for n, text in enumerate(texts)])
    path = tmp_path_factory.mktemp("plots") / "a.gpkg"
    frame.to_file(path)
    return path


def test_a_list_of_plots_is_calm_and_has_a_line_a_plot(plots, yueqing, capsys):
    assert main(["measure", str(plots)]) == 0
    told = capsys.readouterr()
    calm(told.out + told.err)
    assert main(["measure", str(plots), "--json"]) == 0
    told = capsys.readouterr()
    calm(told.out + told.err)
    read = read_plots(plots, workspace=yueqing).frame
    assert [one["plot_id"] for one in json.loads(told.out)["plots"]] == read["plot_id"].tolist()
    assert len(read) == len(HOSTILE)


def test_json_holds_each_text_and_steers_no_terminal(capsys):
    given = {"rows": [{"name": text, "same": 1} for text in HOSTILE], "by": dict.fromkeys(HOSTILE)}
    echo_json(given)
    told = capsys.readouterr().out
    calm(told)
    assert json.loads(told) == given


def test_plots_as_a_workbook_are_text_and_come_back(plots, yueqing, tmp_path):
    read = read_plots(plots, workspace=yueqing).frame
    path = write_plots(read, tmp_path / "a.xlsx")
    again = read_plots(path, workspace=yueqing).frame
    assert len(again) == len(read) == len(HOSTILE)


def test_a_boundary_file_keeps_its_lines_whatever_the_names(plots, yueqing, tmp_path):
    read = read_plots(plots, workspace=yueqing).frame
    path = write_plots(read, tmp_path / "a.txt", encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    kinds = Counter(line[-1] if line[-1:] == "@" else line[:1] for line in lines)
    # a head of each plot, and its four corners with the first again
    assert kinds["@"] == len(HOSTILE)
    assert kinds["J"] == 5 * len(HOSTILE)
    assert len(read_plots(path, workspace=yueqing).frame) == len(HOSTILE)


@pytest.mark.long
def test_the_commands_of_a_city_of_hostile_names_are_calm(tmp_path, capsys):
    city = str(lay_hostile(tmp_path / "town"))
    for words in (["check"], ["targets"], ["run", "-o", str(tmp_path / "out")]):
        assert main([words[0], "-w", city, *words[1:]]) in {0, 1}
        told = capsys.readouterr()
        calm(told.out + told.err)
    assert (tmp_path / "out" / "run.json").is_file()


def test_a_download_bears_a_name_that_is_one():
    for text in HOSTILE:
        name = safe_name(text)
        assert "/" not in name
        assert name not in {"", ".", ".."}
        assert not UNSEEN.search(name)
        assert len(name) <= 200
