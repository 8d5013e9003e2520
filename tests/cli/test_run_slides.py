from __future__ import annotations

from platforms.cli import main


def test_wrong_slides_are_told_before_the_work(capsys, tmp_path):
    file = tmp_path / "slides.yaml"
    file.write_text("slides:\n  - id: a\n    titel: 一\n", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["run", "-o", str(out), "--slides", str(file)]) == 1
    told = capsys.readouterr().err
    assert "slides.yaml" in told
    assert "title" in told
    assert not out.exists()


def test_slides_that_are_not_there_are_wrong_usage(capsys, tmp_path):
    missing = tmp_path / "none.yaml"
    assert main(["run", "-o", str(tmp_path / "out"), "--slides", str(missing)]) == 2
    assert "none.yaml" in capsys.readouterr().err
