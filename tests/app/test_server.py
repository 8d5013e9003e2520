from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from platforms.app import server

ROOT = Path(__file__).parents[2]


def test_the_server_is_closed_and_quiet():
    argv = server.command(8601, "yueqing")
    assert argv[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(argv[4]).is_file()
    for flag in (
        "--server.address=127.0.0.1",
        "--server.port=8601",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.maxUploadSize=100",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
        "--server.allowedHosts=127.0.0.1",
    ):
        assert flag in argv
    assert argv[-2:] == ["--", "--workspace=yueqing"]


def test_a_browser_is_opened_only_when_asked_and_further_hosts_are_named():
    argv = server.command(8601, headless=False, hosts=["gis.example"])
    assert "--server.headless=false" in argv
    assert "--server.allowedHosts=gis.example" in argv
    assert "--" not in argv


def test_it_listens_elsewhere_only_when_told():
    everywhere = ".".join("0000")
    argv = server.command(8601, hosts=["192.168.1.20"], address=everywhere)
    assert [flag for flag in argv if "address" in flag.lower()] == [
        f"--server.address={everywhere}", "--browser.serverAddress=localhost",
    ]  # fmt: skip
    # a name that nobody gave gets no answer
    assert [flag.partition("=")[2] for flag in argv if "allowedHosts" in flag] == [
        "127.0.0.1", "localhost", "192.168.1.20",
    ]  # fmt: skip


def _as_a_flag(value):
    if isinstance(value, list):
        (value,) = value
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_largest_upload_is_a_setting():
    assert "--server.maxUploadSize=30" in server.command(8601, upload_mb=30)


def test_both_ways_to_start_have_the_same_settings():
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat = {
        f"{section}.{name}": _as_a_flag(value)
        for section, values in written.items()
        for name, value in values.items()
        if name != "allowedHosts"
    }
    assert flat == server.SETTINGS
    assert tuple(written["server"]["allowedHosts"]) == server.HOSTS


def test_the_server_begins_with_few_places_for_memory(monkeypatch):
    # the variables have to stand there before the process begins: pyarrow and glibc read them then
    for name in server.MEMORY:
        monkeypatch.delenv(name, raising=False)
    began = []

    def begin(argv: list[str], **_: object) -> None:
        began.append((argv, dict(os.environ)))
        raise SystemExit

    monkeypatch.setattr(server.os, "execv", lambda _, argv: begin(argv))
    monkeypatch.setattr(server.subprocess, "run", begin)
    with pytest.raises(SystemExit):
        server.main(["--port", "8601", "--no-browser"])
    monkeypatch.undo()
    ((argv, settings),) = began
    code = "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    told = subprocess.run(
        [argv[0], "-c", code], env=settings, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "system"
    assert settings["MALLOC_ARENA_MAX"] == "2"


def test_what_an_administrator_set_for_memory_stays():
    settings = {"MALLOC_ARENA_MAX": "8"}
    server.share_memory(settings)
    assert settings == {**server.MEMORY, "MALLOC_ARENA_MAX": "8"}


def test_the_root_file_only_calls_main():
    lines = (ROOT / "app.py").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line and not line.startswith('"""')]
    assert code == ["from platforms.app.main import main", "main()"]


def test_the_command_is_known_without_loading_streamlit():
    code = "import sys, platforms.app.server; print('streamlit' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


def test_no_folder_named_pages_stands_beside_the_script():
    # streamlit would serve its files as pages of their own, before ours are known
    assert not (Path(server.__file__).parent / "pages").exists()


def test_the_server_starts_for_a_new_user_without_asking_anything(tmp_path):
    # streamlit asks a user without a settings folder for an e-mail address, unless told not to
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "HOME": str(tmp_path), "BROWSER": "true"}
    running = subprocess.Popen(
        server.command(port, headless=False), cwd=tmp_path, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        for _ in range(300):
            assert running.poll() is None, running.stdout.read()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the server did not start")
    finally:
        running.terminate()
        out = running.communicate(timeout=20)[0].decode()
    assert "mail" not in out.lower()
    # nor does it greet or advertise in a language that is not the user's
    assert not re.search(r"streamlit|agents|view your", out, re.IGNORECASE), out
