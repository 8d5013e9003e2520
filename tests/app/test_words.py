"""Every word of the app comes from the catalogues, and HTML is written in one place only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import platforms as ip
from platforms import messages

APP = Path(ip.__file__).parent / "app"
MODULES = sorted(APP.rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _names(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def _texts(tree: ast.AST) -> list[ast.Constant]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@pytest.mark.parametrize("path", MODULES, ids=_names)
def test_no_chinese_in_the_code(path):
    found = [node.value for node in _texts(ast.parse(path.read_text(encoding="utf-8")))]
    # the marks of a list are punctuation, not words
    assert [text for text in found if CHINESE.search(text)] == []


def _keys(tree: ast.AST) -> set[str]:
    """Keys asked for by name, through messages.text or the module's own short form."""
    prefix = ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_t":
            written = ast.unparse(node)
            prefix = re.search(r"f'([a-z_.]+)\{entry\}'", written)[1]
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name, first = ast.unparse(node.func), node.args[0]
        if name in {"messages.text", "_t"} and isinstance(first, ast.Constant):
            found.add(first.value if name == "messages.text" else prefix + first.value)
    return found


@pytest.mark.parametrize("path", MODULES, ids=_names)
def test_every_key_has_its_words(path):
    for key in sorted(_keys(ast.parse(path.read_text(encoding="utf-8")))):
        room, _, entry = key.partition(".")
        assert entry in messages.catalogue("zh_CN", room), key


def test_every_word_of_the_app_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    used = {
        key.removeprefix("app.")
        for path in MODULES
        for key in _keys(ast.parse(path.read_text("utf-8")))
    }
    # keys that are put together: their group is named in the code
    unused = [
        entry
        for entry in messages.catalogue("zh_CN", "app")
        if entry not in used
        and not re.search(
            rf"(app\.)?{re.escape(entry.rsplit('.', 1)[0].rsplit('.', 1)[-1])}\b", code
        )
    ]
    assert unused == []


@pytest.mark.parametrize("stage", [*ip.STAGES, "map"])
def test_every_stage_has_words(stage):
    assert messages.text(f"app.stage.{stage}")


@pytest.mark.parametrize("path", MODULES, ids=_names)
def test_html_is_written_in_one_place(path):
    code = path.read_text(encoding="utf-8")
    assert "unsafe_allow" not in code
    assert path.name == "markup.py" or "st.html(" not in code
    for call in ("st.markdown(", "st.write(", "st.error(", "st.warning(", "st.exception("):
        assert call not in code
