from __future__ import annotations

import inspect

import pytest

import platforms as ip
from platforms import messages
from platforms.cli.txt_area import AREAS


@pytest.mark.parametrize(("lang", "mark"), [("zh_CN", "默认"), ("en", "(default)")])
def test_the_help_names_the_area_that_is_written_by_default(lang, mark):
    default = inspect.signature(ip.write_plots).parameters["stated"].default
    name = next(name for name, column in AREAS.items() if column == default)
    told = messages.text("export.option.txt_area", lang)
    said = told.partition(mark)[0]
    assert max(AREAS, key=said.rfind) == name
