"""What an administrator copies: the units, the environment and the proxy agree with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from platforms.app.server import MAX_UPLOAD_MB
from platforms.cli import main, serve

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = ["platforms@.service", "platforms-backup.service"]
PAGES = [ROOT / "docs" / "deployment.md", ROOT / "docs" / "deployment.zh.md"]


def read(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def environment():
    lines = [line for line in read("platforms.env").splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_confined(name):
    lines = set(read(name).splitlines())
    assert lines >= {
        "User=platforms", "NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=true",
        "PrivateTmp=true", "PrivateDevices=true", "CapabilityBoundingSet=", "UMask=0077",
        "IPAddressDeny=any", "IPAddressAllow=localhost", "SystemCallFilter=@system-service",
        "LimitCORE=0", "RestrictNamespaces=true",
    }  # fmt: skip
    assert any(line.startswith("MemoryMax=") for line in lines)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_unit_names_is_in_the_environment(name):
    asked = set(re.findall(r"\$\{(\w+)\}", read(name)))
    assert asked
    assert asked <= set(environment())


def test_the_command_of_the_unit_is_one(monkeypatch, capsys):
    (line,) = re.findall(r"^ExecStart=(.*)$", read("platforms@.service"), re.MULTILINE)
    line = line.replace("%i", "8502")
    words = re.sub(r"\$\{(\w+)\}", lambda found: environment()[found[1]], line).split()
    started = []
    monkeypatch.setattr(serve.os, "execv", lambda _, argv: started.append(argv) or exit_quietly())
    with pytest.raises(SystemExit):
        main(words[1:])
    (argv,) = started
    assert argv[argv.index("--address") + 1] == "127.0.0.1"
    assert argv[argv.index("--host") + 1] == environment()["PLATFORMS_NAME"]
    assert any("8502" in word for word in argv)


def exit_quietly():
    raise SystemExit(0)


def test_the_proxy_asks_where_the_app_listens_and_lets_its_uploads_through():
    site, set_to = read("nginx.conf"), environment()
    assert re.findall(r"proxy_pass (.*);", site) == ["http://127.0.0.1:$platforms_seat"]
    for page in PAGES:
        (enabled,) = re.findall(
            r"^systemctl enable --now (.*)$", page.read_text("utf-8"), re.MULTILINE
        )
        ports = re.findall(r"platforms@(\d+)", enabled)
        assert ports == ["8501", "8502"]
        # each is a seat, is known again by its cookie, and is told once
        for line in (r"^    (?:50%|\*) +{};$", r'^    {} +""; *$', r"^    {0} +{0};$"):
            found = [bool(re.search(line.format(port), site, re.MULTILINE)) for port in ports]
            assert found == [True, True], line
        assert enabled.split()[2:] == ["platforms.target", "platforms-backup.timer"]
    assert site.count(f"server_name {set_to['PLATFORMS_NAME']};") == 2
    (most,) = re.findall(r"client_max_body_size (\d+)m;", site)
    assert int(most) > int(set_to["PLATFORMS_UPLOAD_MB"]) == MAX_UPLOAD_MB


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path):
    others = ("platforms-backup.timer", "platforms.slice", "platforms.target")
    for name in (*SERVICES, *others):
        # the program is not installed here
        text = read(name).replace("/opt/platforms/bin/platforms", "/bin/true")
        (tmp_path / name).write_text(text)
    told = subprocess.run(
        ["systemd-analyze", "verify", *sorted(str(one) for one in tmp_path.iterdir())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, str(tmp_path) in told.stderr) == (0, False), told.stderr
    version = subprocess.run(
        ["systemd-analyze", "--version"], capture_output=True, text=True, check=True
    ).stdout
    # older ones judge only what runs
    for name in SERVICES if int(version.split()[1]) >= 250 else ():
        told = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=20",
             str(tmp_path / name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout[-400:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_names_every_file_that_is_shipped(page):
    text = page.read_text(encoding="utf-8")
    for file in DEPLOY.iterdir():
        assert file.name in text, file.name
    for name in environment():
        if name.startswith("PLATFORMS_") and name != "PLATFORMS_LANG":
            assert name in text, name


def test_both_pages_say_the_same_commands():
    blocks = [
        [
            line.split("  #")[0].rstrip()
            for block in re.findall(
                r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
            )
            for line in block.splitlines()
        ]
        for page in PAGES
    ]
    assert blocks[0] == blocks[1]


def test_the_lock_of_a_server_is_part_of_the_lock_and_hashed():
    def pinned(file):
        return set(re.findall(r"^([\w.-]+==[\w.+-]+)", file.read_text("utf-8"), re.MULTILINE))

    ours = pinned(DEPLOY / "requirements.lock")
    assert ours <= pinned(ROOT / "requirements.lock")
    names = {one.partition("==")[0] for one in ours}
    assert {"streamlit", "geopandas", "psycopg", "authlib"} <= names
    assert not names & {"pytest", "mypy", "playwright"}
    parts = (DEPLOY / "requirements.lock").read_text("utf-8").split("\n\n")[0]
    assert parts.count("--hash=sha256:") >= len(ours)
