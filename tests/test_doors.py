"""Where bytes of users are parsed: in which modules, by which uploaders, within which bounds.

The tables here are the whole of it. Whoever adds a call that parses, or a box for a file, writes
it down here and in docs/hardening.md, and says why it may stand where it does.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import platforms
from platforms.geo.ingest.limits import PREFIX, Limits

ROOT = Path(platforms.__file__).parent
DOCS = Path(__file__).parents[1] / "docs"

# what parses, as it is called in full
PARSES = {
    "gdal": r"(pyogrio\.(raw\.)?(read\w*|open_arrow|list_layers))|geopandas\.read_file|fiona\.open|rasterio\.(open|MemoryFile|io\.MemoryFile)",
    "parquet": r"pyarrow\.parquet\.(read_\w+|Parquet\w+)|(geopandas|pandas)\.read_(parquet|feather|orc)",
    "zip": r"zipfile\.(ZipFile|PyZipFile|Path)|tarfile\.\w+",
    "workbook": r"openpyxl\.load_workbook|pandas\.(read_excel|ExcelFile)",
    "xml": r"xml\.(etree\.ElementTree\.(parse|fromstring|iterparse|XML|XMLParser)|sax\.\w+|dom\.\w+)|lxml\..*|pandas\.read_(xml|html)",
    "yaml": r"yaml\.(\w*load\w*|parse|scan|compose\w*)",
    "csv": r"pandas\.read_(csv|table|fwf|json)",
    "database": r"sqlite3\.connect",
    "pickle": r"pickle\.loads?|pandas\.read_pickle|shelve\.open|marshal\.loads?",
}  # fmt: skip

ROOTS = {
    "fiona", "geopandas", "lxml", "marshal", "openpyxl", "pandas", "pickle", "pyarrow", "pyogrio",
    "rasterio", "shelve", "sqlite3", "tarfile", "xml", "yaml", "zipfile",
}  # fmt: skip
BOXES = {"file_uploader", "camera_input", "audio_input", "chat_input"}

# in the worker alone: nothing of these is imported elsewhere
WORKER = "geo/ingest/formats/"
# module → why it may parse; what it parses is ours, or was checked before
ALLOWED = {
    "gdal": {
        "engine/sources.py": "files too large for a copy; refuse_unexpected and a known driver",
        "geo/raster/tried.py": "one driver, after the worker has tried the file",
        "geo/write.py": "what was just written",
        "geo/writers/geodatabase.py": "what was just written",
        "layers/tables.py": "files of the workspace; refuse_unexpected first",
        "outputs/desktop/data_package.py": "the plan of a run, which RunFolder has checked",
        "outputs/desktop/run_layers.py": "the plan of a run, which RunFolder has checked",
        "outputs/run_folder.py": "the plan of a run; refuse_unexpected first",
    },
    "parquet": {
        "engine/result.py": "parts that this run wrote",
        "engine/sources.py": "files too large for a copy, named by who runs the program",
        "geo/ingest/formats/geoparquet.py": "",
        "store/frames.py": "tables of the store, and what the worker wrote anew",
    },
    "zip": {
        "geo/ingest/archive.py": "the pre-flight itself",
        "geo/writers/shapefile.py": "names the type of what it writes",
        "layers/documents/full_text.py": "documents of the workspace; one member, bounded",
        "outputs/books/sheet_rows.py": "a workbook of ours, rewritten",
    },
    "workbook": {},
    "xml": {"layers/documents/full_text.py": "declarations refused, bounded"},
    "yaml": {
        "geo/ingest/columns.py": "shipped",
        "geo/raster/slope.py": "shipped",
        "layers/firm_columns.py": "shipped",
        "layers/importing/catalogue.py": "shipped",
        "layers/link_table.py": "shipped",
        "layers/yaml_file.py": "the one reader of YAML that people write",
        "messages.py": "shipped",
        "outputs/maps/map_styles.py": "shipped",
        "sample/recipe.py": "shipped",
    },
    "csv": {
        "cli/site.py": "named by who runs the program",
        "layers/importing/row_work.py": "a table of the workspace",
        "layers/making/seats.py": "bounded",
        "layers/tables.py": "tables of the workspace",
    },
    "database": {
        "geo/ingest/expected.py": "read only, nothing of it is run",
        "geo/writers/geopackage.py": "what was just written",
        "outputs/desktop/plan_words.py": "what was just written",
        "outputs/desktop/run_layers.py": "the plan of a run, which RunFolder has checked",
        "store/care/backup.py": "a backup that was just made",
        "store/care/foreign.py": "read only, nothing of it is run",
        "store/geopackage.py": "the store",
        "store/unmade.py": "a store in memory",
    },
    "pickle": {
        "engine/job.py": "what this run wrote",
        "engine/limits.py": "what this run wrote",
    },
}

# module of the app → boxes for a file in it; None takes any kind, since the content decides
UPLOADERS = {
    "ledger/ledger_files.py": ["xlsx", "csv"],
    "ledger/plot_files.py": "kinds.suffixes",
    "moves/move_tables.py": None,
    "parks/boundary.py": "_TYPES",
    "parks/exchange.py": ["geojson", "json"],
    "parks/importing.py": "_TYPES",
    "plots/intake.py": None,
    "plots/reading.py": "types",
    "scenarios/kept_list.py": ["zip"],
    "siting/project_form.py": ["yaml", "yml", "csv", "tsv", "xlsx"],
    "targets/target_intake.py": ["csv", "tsv", "txt", "xlsx"],
}


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


def names_of(tree: ast.AST) -> dict[str, str]:
    """Return what each name of a module stands for, in full."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                names[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
    return names


def in_full(node: ast.expr, names: dict[str, str]) -> str:
    """Return the full name of what an expression refers to; empty for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = in_full(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


def writes(call: ast.Call) -> bool:
    """Say whether a container is opened to be written."""
    modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and mode.value in {"w", "x"} for mode in modes)


def parsers(source: str) -> Iterator[str]:
    """Yield what in a source can parse: any mention counts, not only a call."""
    if not any(root in source for root in ROOTS):
        return
    tree = parsed(source)
    names = {n: full for n, full in names_of(tree).items() if full.partition(".")[0] in ROOTS}
    if not names:
        return
    opened = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call) and writes(n)}
    # the attribute of a longer name is looked at within it
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Name, ast.Attribute)) or id(node) in opened:
            continue
        full = in_full(node, names)
        for group, pattern in PARSES.items():
            if full and re.fullmatch(pattern, full):
                yield group


@cache
def found() -> dict[str, set[str]]:
    told: dict[str, set[str]] = {group: set() for group in PARSES}
    for file in sorted(ROOT.rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        for group in parsers(file.read_text(encoding="utf-8")):
            if not place.startswith(WORKER):
                told[group].add(place)
    return told


def test_bytes_are_parsed_where_it_is_written_down():
    allowed = {
        group: {place for place in places if not place.startswith(WORKER)}
        for group, places in ALLOWED.items()
    }
    assert found() == allowed


def test_the_app_parses_nothing():
    inside = {place for places in found().values() for place in places if place.startswith("app/")}
    assert inside == set()


def test_only_the_worker_imports_what_reads_formats():
    # these read no bytes
    own = {"header", "rows"}
    outside = {
        (file.relative_to(ROOT).as_posix(), name)
        for file in sorted(ROOT.rglob("*.py"))
        if not file.relative_to(ROOT).as_posix().startswith(WORKER)
        if "platforms.geo.ingest.formats" in (text := file.read_text(encoding="utf-8"))
        for name in names_of(parsed(text)).values()
        if name.startswith("platforms.geo.ingest.formats.") and name.split(".")[4] not in own
    }
    assert outside == set()


SYNTHETIC = {
    "gdal": "import pyogrio as p\np.read_dataframe('x')",
    "parquet": "from pyarrow import parquet\nread = parquet.read_table",
    "zip": "from zipfile import ZipFile\nZipFile('x')",
    "workbook": "def f():\n    from openpyxl import load_workbook\n    load_workbook('x')",
    "xml": "import xml.etree.ElementTree as ET\nET.parse('x')",
    "yaml": "import yaml\nyaml.load('x', Loader=yaml.Loader)",
    "csv": "import pandas as pd\npd.read_csv('x')",
    "database": "from sqlite3 import connect\nconnect('x')",
    "pickle": "import pickle\npickle.loads(b'x')",
}


def test_the_guard_sees_what_it_guards():
    assert {group: set(parsers(source)) for group, source in SYNTHETIC.items()} == {
        group: {group} for group in PARSES
    }
    assert set(parsers("import zipfile\nzipfile.ZipFile('x', 'w')")) == set()
    assert set(parsers("import zipfile\nzipfile.ZipFile('x', mode='w')")) == set()


def boxes(source: str) -> Iterator[ast.Call]:
    """Yield the calls that show a box for a file."""
    for node in ast.walk(parsed(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in BOXES:
            yield node


def test_every_box_for_a_file_is_written_down():
    shown: dict[str, list[object]] = {}
    for file in sorted((ROOT / "app").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for call in boxes(text) if any(box in text for box in BOXES) else ():
            kinds = next((one.value for one in call.keywords if one.arg == "type"), None)
            told = None if kinds is None else ast.unparse(kinds)
            place = file.relative_to(ROOT / "app").as_posix()
            shown.setdefault(place, []).append(told)
    wanted = {
        place: [
            kinds
            if kinds is None or isinstance(kinds, str)
            else ast.unparse(ast.parse(repr(kinds)))
        ]
        for place, kinds in UPLOADERS.items()
    }
    assert shown == wanted
    assert list(boxes("st.file_uploader('x')")) != []


def test_the_pages_name_every_box_and_every_limit():
    for name in ("hardening.md", "hardening.zh.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        rows = [
            [cell.strip(" `") for cell in line.strip("|").split("|")]
            for line in text.splitlines()
            if line.startswith("|")
        ]
        told = {row[0]: row[1].replace(",", "") for row in rows if row[0].startswith(PREFIX)}
        assert told == {
            f"{PREFIX}{field.name.upper()}": f"{field.default}"
            for field in dataclasses.fields(Limits)
        }, name
        missing = [place for place in UPLOADERS if f"`app/{place}`" not in text]
        assert missing == [], name
