from __future__ import annotations

from streamlit.testing.v1 import AppTest

_SHOWN = """
from types import SimpleNamespace
from platforms.app.panel import show_panel
bar = {"label": "柳市镇", "value": 1.0, "text": "1.00"}
charts = [
    {"title": "有数的图", "unit": "亩", "bars": [bar]},
    {"title": "没有数的图", "unit": "亩", "bars": []},
]
scene = SimpleNamespace(content={"charts": charts, "notes": []})
show_panel(scene, None, height=300)
"""


def test_a_chart_without_a_figure_leaves_no_heading():
    app = AppTest.from_string(_SHOWN, default_timeout=60).run()
    assert not app.exception
    page = "\n".join(part.proto.body for part in app.get("html"))
    assert "有数的图" in page
    assert "没有数的图" not in page
