"""Every page with its widgets set to whatever they can be set to, and its buttons pressed.

The pages run without a browser, on 乐清 and a store that is filled and then thrown away. What
needs a browser (the map, the rows of a table that are clicked) is not walked here.
"""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from amounts import ONLY, SEED, TIMES
from ground import Ground, lay_ground
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from walked_pages import PAGES

from hostile import HOSTILE
from platforms import messages
from platforms.app import guard

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(7200)]

# what is done on a page, in the short form
STEPS = 8
VIEWS = [(page, n) for page, views in PAGES.items() for n in range(len(views))]
KINDS = (
    "button", "checkbox", "toggle", "selectbox", "radio", "select_slider", "multiselect", "button_group",
    "number_input", "slider", "text_input", "text_area", "date_input", "file_uploader",
)  # fmt: skip
_NUMBERS = (0, 1, -1, 10**9, 1e308, 1e-300)
_TEXTS = [*HOSTILE, "", " ", "\n", "１２", "nan", "2020-13-01", "P" * 5000]


@pytest.fixture(scope="module")
def ground(example, tmp_path_factory) -> Ground:
    return lay_ground(tmp_path_factory.mktemp("ground"), example)


@pytest.fixture(scope="module", autouse=True)
def _installed_once():
    """Look through the installed packages once: a page under test does so every time."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda *_, **__: list(found))
        yield


class Visitor:
    """Does one thing after another on a page, and remembers what it was."""

    def __init__(
        self, page: str, query: dict[str, str], rng: random.Random, files: list[Path]
    ) -> None:
        code = f"from platforms.app.views import {page}\n{page}.page()\n"
        self.app = AppTest.from_string(code, default_timeout=120)
        self.rng, self.files, self.done = rng, files, []
        for key, value in query.items():
            self.app.query_params[key] = value
        lang = rng.choice(messages.LANGUAGES)
        self.app.query_params["lang"] = lang
        # what is shown of an option is reckoned again by whoever sends it back
        messages.set_language(lang)
        self.app.run()

    def widgets(self) -> list[Widget]:
        found = [one for kind in KINDS for one in self.app.get(kind)]
        return [one for one in found if isinstance(one, Widget) and not one.disabled]

    def step(self) -> str:
        """Do something with one widget; return its kind."""
        one = self.rng.choice(self.widgets())
        value = self._value(one)
        self.done.append(f"{one.type} {one.key or getattr(one, 'label', '')}: {str(value)[:60]!r}")
        if one.type == "button":
            one.click()
        else:
            if hasattr(one, "format_func"):
                self._know_as_shown(one)
            one.set_value(value)
        self._settle()
        self.app.run()
        return one.type

    def _settle(self) -> None:
        """Let widgets whose value is told in words that the page knows alone stand at their first."""
        for one in self.widgets():
            try:
                _ = one._widget_state
            except ValueError:
                self._know_as_shown(one)
                one.set_value(one.options[0])

    def _know_as_shown(self, one: Widget) -> None:
        """Let an option be told by what is shown of it; a form not sent tells the value it had."""
        told, shown = one.format_func, set(one.options)

        def as_shown(value: object) -> str:
            return value if isinstance(value, str) and value in shown else told(value)

        self.app.session_state[TESTING_KEY][one.id] = as_shown

    def _value(self, one: Widget) -> object:
        choose = self.rng.choice
        match one.type:
            case "button":
                return True
            case "checkbox" | "toggle":
                return not one.value
            case "selectbox" | "radio" | "select_slider":
                return choose(one.options) if one.options else None
            case "multiselect":
                return choose([[], one.options[:1], one.options[-1:], list(one.options)])
            case "button_group":
                single = one._is_single_select
                return choose(one.options) if single else choose([[], list(one.options)])
            case "number_input" | "slider":
                bounds = [n for n in (one.min, one.max) if n is not None]
                kind = type(bounds[0]) if bounds else float
                return choose(bounds or [kind(n) for n in _NUMBERS])
            case "date_input":
                return choose([one.min, one.max])
            case "file_uploader":
                file = choose(self.files)
                # a server refuses another ending before a page sees the file
                fits = not one.allowed_type or file.suffix in one.allowed_type
                name = file.name if fits else f"{file.stem}{choose(one.allowed_type)}"
                return name, file.read_bytes(), "application/octet-stream"
            case _:
                return choose(_TEXTS)[: getattr(one, "max_chars", 0) or None]


def _telling(as_it_is: Callable[[str], object]) -> Callable[[str], object]:
    return lambda key: "full" if key == "client.showErrorDetails" else as_it_is(key)


@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_whatever_is_done_on_a_page(page, view, ground, tmp_path, monkeypatch, record_property):
    if ONLY and not ONLY.startswith(page):
        pytest.skip("another page was asked for")
    monkeypatch.setenv("PLATFORMS_STORE", str(ground.store(tmp_path / "kept")))
    faults: list[str] = []

    def noted(*_: object) -> None:
        faults.append(traceback.format_exc(limit=-5))

    monkeypatch.setattr(guard._LOG, "exception", noted)
    # what the page itself does not catch is to be read here
    monkeypatch.setattr(config, "get_option", _telling(config.get_option))
    files = [path for path in sorted((ground.folder / "given").iterdir()) if path.is_file()]
    visitor = Visitor(page, PAGES[page][view], random.Random(f"{SEED}-{page}-{view}"), files)
    counted: Counter[str] = Counter()
    for _ in range(max(1, round(STEPS * TIMES))):
        if faults or visitor.app.exception or not visitor.widgets():
            break
        counted[visitor.step()] += 1
    record_property("fuzz", dict(counted))
    faults += [f"{one.value}\n{''.join(one.stack_trace[-4:])}" for one in visitor.app.exception]
    assert not faults, "\n".join([*visitor.done[-6:], *faults])
    assert counted, "nothing on this page can be set"
    # it can still be drawn
    visitor.app.run()
    assert not visitor.app.exception
    assert 'class="ip-error" role="alert"><b></b>' not in _html(visitor.app)


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))
