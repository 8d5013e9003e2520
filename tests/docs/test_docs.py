"""What the docs say is run, parsed or compared: they cannot drift from the program."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import yaml

import platforms as ip
from platforms import messages
from platforms.cli import main
from platforms.geo.area import geodesic_area_m2, official_area_m2, planar_area_m2
from platforms.layers.cards import Card, Plan
from platforms.outputs.folder import save_run
from platforms.policy.pack import load_packs, load_scores

ROOT = Path(__file__).resolve().parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]
# pages whose commands stand on each other; test_city_pages follows them in their order
IN_ORDER = ("city.md", "city.zh.md")
# what the Chinese pages call the files of the examples
PLAIN = {"地块.zip": "plots.zip", "农田.zip": "farmland.zip", "河道.zip": "river.zip"}
STAYS = ("serve",)
# what needs a server or a cluster that only the reader has
ELSEWHERE = ("postgresql://", "tcp://")
# a curve of two points is asked for as one of many is, and takes a fifth of the time
SHORTER = {"portfolio": ("--curve", "2")}


@cache
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(path: Path, kind: str) -> list[str]:
    pattern = rf"^```{kind}\n(.*?)^```"
    return re.findall(pattern, path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def shell_lines(path: Path) -> list[str]:
    lines = [line for block in blocks(path, "console") for line in block.splitlines()]
    bare = [line.split(" #")[0].strip().removeprefix(".venv/bin/") for line in lines]
    return [line for line in bare if line]


def shown_commands(path: Path) -> list[list[str]]:
    found = []
    for line in shell_lines(path):
        words = shlex.split(line)
        if words[0] == "platforms":
            for theirs, plain in PLAIN.items():
                words = [word.replace(theirs, plain) for word in words]
            found.append(words[1:])
    return found


def table_rows(page: str, first: str) -> dict[str, list[str]]:
    """Return the rows of tables whose first cell looks like ``first``, by that cell."""
    rows = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and re.fullmatch(first, cells[0]):
            rows[cells[0].strip("`")] = cells[1:]
    return rows


# command lines

ALL_COMMANDS = sorted({tuple(words) for page in PAGES for words in shown_commands(page)})


def test_docs_show_commands():
    named = {words[0] for words in ALL_COMMANDS}
    assert named >= {"run", "check", "measure", "assess", "reclaim", "assign", "targets", "serve"}


@pytest.mark.parametrize("words", ALL_COMMANDS, ids=" ".join)
def test_each_shown_command_parses(words):
    command = generate().commands()[words[0]]
    command.make_context(words[0], list(words[1:])).close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_other_shell_line_can_work(page):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for line in shell_lines(page):
        words = shlex.split(line)
        if words[0] == "make":
            assert words[1] in targets, line
        elif words[:2] == ["python", "-m"]:
            assert importlib.util.find_spec(words[2].split("[")[0]), line
        elif words[0] == "python":
            assert (ROOT / words[1]).is_file(), line
        else:
            assert words[0] in {"platforms", "pip"} or line == "python3 -m venv .venv", line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_shown_one_after_the_other_can_be_run_so(page):
    """Nobody who types a page line by line is refused because a line above made that folder."""
    runs = [words for words in shown_commands(page) if words[0] == "run"]
    runs = [words for words in runs if not any(start in " ".join(words) for start in ELSEWHERE)]
    made = [words[words.index("-o") + 1] for words in runs if "--overwrite" not in words]
    assert sorted(made) == sorted(set(made))


def every_command(commands):
    """Return the commands and those under them."""
    for command in commands.values():
        yield command
        yield from getattr(command, "commands", {}).values()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_in_the_text_exist(page):
    text = page.read_text(encoding="utf-8")
    commands = generate().commands()
    assert set(re.findall(r"`platforms ([a-z]+)", text)) <= set(commands)
    known = {
        option
        for command in every_command(commands)
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    # of the benchmark, which has options of its own
    known |= {"--repeat", "--plots"} | {"--help"}
    named = {word for code in re.findall(r"`([^`\n]+)`", text) for word in code.split()}
    assert {word.strip("，。") for word in named if word.startswith("--")} <= known


def test_both_readmes_show_the_same_commands():
    english, chinese = (
        [shlex.join(words) for words in shown_commands(readme)] for readme in READMES
    )
    assert english == chinese
    assert [line for line in shell_lines(READMES[0]) if line.startswith("make")] == [
        line for line in shell_lines(READMES[1]) if line.startswith("make")
    ]


@pytest.fixture(scope="module")
def readers_folder(tmp_path_factory):
    """A folder with the small files that the docs speak of."""
    folder = tmp_path_factory.mktemp("reader")
    square = shapely.box(40598000, 3121000, 40598100, 3121100)
    strip = shapely.box(40598000, 3121000, 40598010, 3121100)
    for name, shape in {"plots": square, "river": strip, "farmland": strip}.items():
        parts = folder / name
        parts.mkdir()
        frame = gpd.GeoDataFrame({"note": [name]}, geometry=[shape], crs="EPSG:4528")
        frame.to_file(parts / f"{name}.shp", encoding="UTF-8")
        shutil.make_archive(str(folder / name), "zip", parts)
        shutil.rmtree(parts)
    shutil.copy(ROOT / "layers/yueqing/sample_plots.gpkg", folder / "plots.gpkg")
    (folder / "plots").mkdir()
    gpd.read_file(folder / "plots.gpkg", rows=40).to_parquet(folder / "plots" / "part-0.parquet")
    for name in ("project.yaml", "import_example.csv"):
        shutil.copy(ROOT / "docs" / name, folder / name)
    return folder


@pytest.fixture
def reader(readers_folder, monkeypatch):
    """Stand in the reader's folder, without what an earlier command left."""
    monkeypatch.chdir(readers_folder)
    monkeypatch.setenv("PLATFORMS_STORE", str(readers_folder / "kept"))
    for name in ("out", "kept"):
        shutil.rmtree(name, ignore_errors=True)
    return readers_folder


def runnable() -> dict[str, list[tuple[str, ...]]]:
    """Return the commands that end, each once, by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    alone = [page for page in PAGES if page.name not in IN_ORDER]
    for words in sorted({tuple(words) for page in alone for words in shown_commands(page)}):
        if words[0] not in STAYS and not any(word.startswith(ELSEWHERE) for word in words):
            found.setdefault(words[0], []).append(words)
    return found


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The folder of outputs that the reader had made before an export."""
    folder = tmp_path_factory.mktemp("saved") / "out"
    assert main(["run", "-o", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("name", runnable())
def test_shown_commands_do_what_they_say(reader, request, capsys, name):
    made = {words[1] for words in runnable()["init"]}
    for words in runnable()[name]:
        folder = words[words.index("-o") + 1] if name == "run" else "out"
        shutil.rmtree(folder, ignore_errors=True)
        for city in made.intersection(words):
            # a workspace is made before it is used
            shutil.rmtree(city, ignore_errors=True)
            if name != "init":
                assert main(["init", city, "--from", "yueqing"]) == 0
        if name == "export":
            shutil.copytree(request.getfixturevalue("saved"), "out")
        capsys.readouterr()
        shorter = () if "--curve" in words else SHORTER.get(name, ())
        status = main([*words, *shorter])
        told = capsys.readouterr()
        assert status == 0, (words, told.err)
        assert told.out.strip(), words
        if "--engine" in words:
            assert {"plots", "run.json"} <= {f.name for f in (reader / folder).iterdir()}
        elif name == "run":
            assert {f.name for f in (reader / folder).iterdir()} == {
                "plan.gpkg", "ledger.xlsx", "map.html", "run.json",
            }  # fmt: skip


@pytest.mark.parametrize("name", ["measure", "check", "assess", "reclaim", "assign"])
def test_json_is_one_object(reader, capsys, name):
    assert main([name, "plots.zip", "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)


PYTHON = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page, "python"))
]


@pytest.mark.parametrize("block", PYTHON)
def test_python_examples_run(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "example", "exec"), {})  # noqa: S102 our own docs


# generated pages


def test_dictionary_has_every_layer_and_column(yueqing):
    page = generate().dictionary()
    for name, card in yueqing.cards.items():
        assert f"\n## {name}\n" in page
        assert card.source in page
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert all(f"`{column.name}`" in section for column in card.columns)
        assert ("sample data" in section) == card.sample


def test_parameters_page_has_every_rule_and_reading():
    page = generate().parameters()
    for folder in sorted(ROOT.glob("layers/*/policy")):
        rules, scores = load_packs(folder, year=2022), load_scores(folder)
        for pack in (*rules.values(), *scores.values()):
            section = page.split(f"\n## {pack.pack}\n")[1].split("\n## ")[0]
            cited = pack.groups if pack.pack in scores else pack.rules
            for part in cited:
                assert f"`{part.id}`" in section
                assert part.clause.quote in section
            rows = {
                line.split("|")[1].strip(): line for line in section.splitlines() if "|" in line
            }
            for parameter in pack.parameters:
                row = rows[f"`{parameter.id}`"]
                assert f"| {parameter.unit} |" in row
                assert f"| {parameter.confidence} |" in row
                assert all(f"`{reading.id}`" in row for reading in parameter.readings)
                assert parameter.source is None or parameter.source.clause in row
                assert all(f"{dated.value} ({dated.from_} to" in row for dated in parameter.dated)
                assert ("**empty**" in row) == (not parameter.values)


def test_command_page_has_every_command_and_option():
    page = generate().command_line()
    listed = [word for word in main.__globals__["_COMMANDS"] if word in generate().commands()]
    assert set(listed) == set(generate().commands())
    for name, command in generate().commands().items():
        section = page.split(f"\n## platforms {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            assert parameter.opts[-1].upper() in section.upper()


def test_generated_tables_are_whole():
    for name, make in generate().PAGES.items():
        widths = None
        for line in make().splitlines():
            if not line.startswith("|"):
                widths = None
                continue
            cells = len(re.split(r"(?<!\\)\|", line))
            assert widths in {None, cells}, (name, line)
            widths = cells


# what the written pages say


def test_areas_page_prints_the_golden_vectors():
    spec = importlib.util.spec_from_file_location("areas", ROOT / "tests/geo/test_area.py")
    areas = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(areas)
    rows = table_rows(read("docs/areas.md"), "A|L|park|thin")
    assert set(rows) == set(areas.GOLDEN)
    for name, (_, planar, official, geodesic, mu) in rows.items():
        shape = areas.golden(name)
        area = official_area_m2(shape, "EPSG:4528")[0]
        assert f"{planar_area_m2(shape, 'EPSG:4528')[0]:.2f}" == planar
        assert f"**{area:.2f}**" == official
        assert f"{geodesic_area_m2(shape, 'EPSG:4528')[0]:.3f}" == geodesic
        assert f"{area * 0.0015:.6f}" == mu


def test_areas_page_says_what_the_sample_shows(example):
    plots = example.plots
    apart = (plots["area_m2"] - plots["geodesic_m2"]).abs()
    ppm = (plots["planar_m2"] / plots["area_m2"] - 1) * 1e6
    more = (plots["planar_m2"].sum() - plots["area_m2"].sum()) * 0.0015
    page = " ".join(read("docs/areas.md").split())
    assert f"{len(plots):,} plots, " in page
    assert f"{example.figures['area_mu']:,.2f} 亩 in all" in page
    assert f"planar is {ppm.min():.0f} to {ppm.max():.0f} ppm" in page
    assert f"together {more:.2f} 亩" in page
    assert apart.max() < 0.0151
    assert (apart / plots["area_m2"] * 1e6).max() < 2.9


def test_rules_page_prints_a_real_explanation(yueqing):
    messages.set_language("en")
    plots = ip.survey(yueqing.layer("plots"), workspace=yueqing).frame
    titles = {document.id: document.title for document in yueqing.plan.documents}
    text = ip.explain(plots, yueqing.rules(), "SP-0003", documents=titles).to_text()
    (shown,) = blocks(ROOT / "docs/rules.md", "text")
    assert text.startswith(shown.rstrip("\n"))
    assert len(shown.splitlines()) > 10


def test_rules_page_has_every_rule_and_open_parameter(yueqing):
    page = read("docs/rules.md")
    pack = yueqing.rules()
    assert set(table_rows(page, r"`[a-z_]+`")) >= {rule.id for rule in pack.rules}
    assert set(table_rows(page, r"`[a-z_]+`")) >= {p.id for p in pack.parameters if p.readings}


def test_land_page_says_what_the_sample_shows(example):
    plots = example.plots
    page = " ".join(read("docs/land.md").split())
    assert f"town sure for {plots['town_sure'].sum()};" in page
    assert f"platform sure for {plots['platform_sure'].sum()}," in page
    assert f"{(plots['platform_tied'] != '').sum()} with another platform" in page
    outside = plots["layout_way"].eq("outside").sum()
    assert f"{len(plots) - outside} in a layout unit, {outside} outside" in page
    ways = set(table_rows(read("docs/land.md"), r"`[a-z]+`"))
    assert {way.removeprefix("schematic_") for way in plots["layout_way"]} <= ways
    assert set(plots["town_way"]) | set(plots["platform_way"]) <= ways


def test_pipeline_page_names_every_column_of_a_run(example):
    page = read("docs/pipeline.md")
    named = set(re.findall(r"`([a-z0-9_<>]+)`", page))
    given = set(example.workspace.layer("plots").columns)
    made = {str(column) for column in example.plots.columns} - given
    limits = {f"deduct_{name}_m2" for name in example.workspace.plan.constraints}
    assert made - limits <= named
    assert "deduct_<limit>_m2" in named
    rows = [cells[1] for cells in table_rows(page, "survey|assess|reclaim|membership").values()]
    claimed = {name for cell in rows for name in re.findall(r"`([a-z0-9_]+)`", cell)}
    assert claimed <= set(example.plots.columns)


def test_pipeline_page_names_every_key_of_the_record(example, tmp_path):
    record = save_run(example, tmp_path / "out")
    section = read("docs/pipeline.md").split("## run.json")[1].split("\n## ")[0]
    keys = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([a-z_0-9]+)`", " ".join(keys))) == set(record)


def test_pipeline_page_names_the_formats_that_are_read():
    from platforms.geo.ingest import sniff, worker

    readable = {
        ending
        for ending, kind in sniff.KINDS.items()
        if importlib.util.find_spec(f"platforms.geo.ingest.formats.{worker._READERS[kind]}")
    }
    section = read("docs/pipeline.md").split("## Reading a file")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    named = set(re.findall(r"`(\.[a-z]+)`", " ".join(rows))) - {".zip", ".kmz"}
    assert named == readable


def test_outputs_page_names_every_sheet_and_layer(example):
    page = read("docs/outputs.md")
    sheets = ("overview", "ledger", "details", "evidence", "towns", "platforms", "layout_units", "land_plots",
              "land_sums", "land_areas", "land_balance", "land_overlap", "land_numbers", "targets",
              "platform_list", "project_list", "firm_list", "rules", "issues", "sources")  # fmt: skip
    for name in sheets:
        both = (messages.text(f"sheet.book.{name}", lang) for lang in ("zh_CN", "en"))
        assert " ".join(both) in page
    assert all(f"`{layer}`" in page for layer in example.counts)


def test_workspace_page_shows_valid_examples():
    plan, card = (yaml.safe_load(text) for text in blocks(ROOT / "docs/workspace.md", "yaml"))
    plan, card = Plan.model_validate(plan), Card.model_validate(card)
    assert all(plan.document(doc) for doc in card.documents)


def test_workspace_page_explains_every_basis(yueqing):
    rows = table_rows(read("docs/workspace.md"), r"`[a-z_]+`")
    used = {
        str(basis)
        for name, card in yueqing.cards.items()
        if card.geometry not in {"none", "raster"}
        for basis in yueqing.layer(name).get("basis", gpd.pd.Series(dtype=str)).dropna()
    }
    assert used <= set(rows)


def test_sample_page_counts_its_rows(yueqing):
    rows = table_rows(read("docs/sample.md"), r"`[a-z_]+`")
    assert set(rows) == {name for name, card in yueqing.cards.items() if card.sample}
    for name, (count, _) in rows.items():
        if yueqing.card(name).geometry != "raster":
            assert count == f"{len(yueqing.table(name)):,}", name


def test_limits_page_states_the_limits():
    from platforms.geo.ingest.limits import LIMITS

    rows = table_rows(read("docs/measurements.md"), r"[a-z, ]+")
    mib = 1 << 20
    assert rows["file, as given and unpacked"] == [f"{LIMITS.file_bytes // mib:,} MiB each"]
    assert LIMITS.file_bytes == LIMITS.unpacked_bytes
    assert rows["files in a container"] == [f"{LIMITS.members:,}"]
    assert rows["rows"] == [f"{LIMITS.rows:,}"]
    assert rows["vertices"] == [f"{LIMITS.vertices:,}"]
    assert rows["columns"] == [f"{LIMITS.fields:,}"]
    assert rows["memory of the worker"] == [f"{LIMITS.memory_bytes // mib:,} MiB"]
    seconds = f"{LIMITS.cpu_seconds} s, {LIMITS.wall_seconds} s"
    assert rows["processor time, wall time"] == [seconds]


# the repository


def test_the_changelog_has_something_unreleased():
    section = read("CHANGELOG.md").split("## Unreleased", 1)[1].split("\n## ")[0]
    assert re.search(r"^- \S", section, re.MULTILINE)


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# written in parts, so that this file does not name them either
FOREIGN = [
    "/" + "work/", "/" + "root/", "/" + "tmp/brief",
    "py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "registry." + "yarnpkg",
    "npm" + "mirror", "index" + "-url =", "fa" + "rm-", "issues" + " show",
]  # fmt: skip


def test_no_tracked_file_names_a_registry_a_machine_or_a_workplace():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(path.name, word) for word in FOREIGN if word in text]
    assert found == []
