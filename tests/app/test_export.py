from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from platforms import messages
from platforms.app.export import EXPORTS, make_export


@pytest.mark.parametrize("kind", sorted(EXPORTS))
def test_an_export_is_made_in_the_language_of_its_scene_and_changes_none(scene, kind):
    messages.set_language("en")
    made = make_export(scene, kind)
    assert messages.language() == "en"
    if kind == "html":
        text = made.decode("utf-8")
        assert scene.id in text
        assert "乐清市" in text
    elif kind == "xlsx":
        assert zipfile.is_zipfile(io.BytesIO(made))
        assert "地块台账" in load_workbook(io.BytesIO(made), read_only=True).sheetnames
    else:
        assert made.startswith(b"SQLite format 3")
