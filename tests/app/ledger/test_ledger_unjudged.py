"""Plots that nobody could judge are told apart from low-efficient ones wherever land is summed."""

from __future__ import annotations

import html

from streamlit.testing.v1 import AppTest

PAGE = "from platforms.app.views import ledger\nledger.page()\n"


def test_unjudged_plots_of_the_survey_are_told_apart(
    example, example_ledger, tmp_path, monkeypatch
):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    ledger = example_ledger(tmp_path)
    told = "其中情况不明"
    app = AppTest.from_string(PAGE, default_timeout=180).run()
    assert told not in _text(app)
    ledger.take(example, by="王", survey=True)
    unknown = ledger.plots().query("verdict == 'unknown'")
    assert len(unknown) > 0
    line = f"{told} {len(unknown)} 宗、{unknown['area_mu'].sum():,.2f} 亩"
    text = _text(app.run())
    assert text.count(line) == 2


def _text(app):
    assert not app.exception
    captions = [str(one.value) for one in app.caption]
    return "\n".join([*captions, *(html.unescape(one.proto.body) for one in app.get("html"))])
