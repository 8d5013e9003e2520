"""The pages about documents agree with the data and the program."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import platforms as ip
from platforms import messages
from platforms.layers.documents import proving
from platforms.layers.documents.full_text import read_lines

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_coverage_page_is_what_the_data_say():
    spec = importlib.util.spec_from_file_location("docs_generate_kept", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    messages.set_language("en")
    for name, make in generate.KEPT.items():
        # python docs/generate.py writes it anew
        assert (DOCS / name).read_text(encoding="utf-8") == make(), name


def test_the_coverage_page_has_every_table():
    page = (DOCS / "coverage.md").read_text(encoding="utf-8")
    for name in ("yueqing", "taizhou"):
        for one in ip.document_coverage(ip.Workspace.open(name)).to_dict("records"):
            row = f"| {one['section']} | {one['title']} | {one['rows'] or '–'} |".replace("\n", " ")
            assert row in page, one
            assert not one["missing"] or one["reason_en"] in page


def test_the_page_names_every_finding_and_kind_of_file():
    page = (DOCS / "documents.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    source = Path(proving.__file__).read_text(encoding="utf-8")
    assert told == set(re.findall(r'_Found\(\s*"([a-z_]+)"', source))
    for ending in (".txt", ".docx", ".html", ".pdf"):
        assert f"`{ending}`" in page or f"yq2016{ending}" in page
    assert read_lines.__doc__
