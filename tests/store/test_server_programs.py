"""A server of one's own is run by PostgreSQL's own programs, those of its version first."""

from __future__ import annotations

from platforms.store import server_programs


def test_a_server_is_run_by_the_version_that_made_it(monkeypatch, tmp_path):
    for version in ("9", "15", "16"):
        (tmp_path / version / "bin").mkdir(parents=True)
        for name in ("initdb", "pg_ctl"):
            (tmp_path / version / "bin" / name).touch()
    monkeypatch.setattr(server_programs, "_DEBIAN", tmp_path)
    assert server_programs.programs() == tmp_path / "16" / "bin"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    assert server_programs.programs(tmp_path) == tmp_path / "15" / "bin"
