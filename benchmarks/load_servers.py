"""The server of ``load.py``: one process as the command starts it, or several behind nginx.

Several are told apart as ``deploy/nginx.conf`` does it, whose maps and place are used as they are,
but for the ports and without TLS, which the people of ``load.py`` do not speak.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

CITY = "yueqing"
STARTS_S = 600
SITE = Path(__file__).parents[1] / "deploy" / "nginx.conf"
# what the shipped file names; more of them are made of these
SEATS = ("8501", "8502")


@dataclass(frozen=True)
class Server:
    """What runs.

    Attributes
    ----------
    url
        Where people go.
    pids
        Of the processes of the app, the proxy's not among them.
    each
        Addresses of the processes.
    log
        What all of them say.
    """

    url: str
    pids: tuple[int, ...]
    each: tuple[str, ...]
    log: Path


@contextmanager
def serve(folder: Path, store: str, count: int = 1) -> Iterator[Server]:
    """Run the app in so many processes; yield them once all answer."""
    ports = [_free() for _ in range(count)]
    program = [sys.executable, "-m", "platforms", "serve", "--workspace", CITY, "--no-browser"]
    log, setting = folder / "server.log", {**os.environ, "PLATFORMS_STORE": store}
    with ExitStack() as stack:
        out = stack.enter_context(log.open("wb"))

        def run(words: list[str]) -> subprocess.Popen[bytes]:
            one = subprocess.Popen(words, cwd=folder, env=setting, stdout=out, stderr=out)
            stack.callback(one.wait, 30)
            stack.callback(one.terminate)
            return one

        servers = [run([*program, "--port", str(port)]) for port in ports]
        each = tuple(f"http://127.0.0.1:{port}" for port in ports)
        for server, url in zip(servers, each, strict=True):
            _wait_for(server, f"{url}/_stcore/health")
        url = each[0]
        if count > 1:
            front = _free()
            url = f"http://127.0.0.1:{front}"
            proxy = run(_nginx(folder, front, ports))
            _wait_for(proxy, f"{url}/_stcore/health")
        yield Server(url, tuple(one.pid for one in servers), each, log)


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _nginx(folder: Path, front: int, ports: list[int]) -> list[str]:
    """Write the proxy's file, and return the command that runs it."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        sys.exit("several processes need nginx: sh tools/system.sh nginx-light")
    if len(ports) != len(SEATS):
        sys.exit(f"deploy/nginx.conf is for {len(SEATS)} processes")
    site = SITE.read_text(encoding="utf-8")
    maps = site[: site.index("# a name that is not ours")]
    place = re.search(r"^    location / \{.*?^    \}", site, re.DOTALL | re.MULTILINE)
    told = re.search(r"^    add_header Set-Cookie .*;$", site, re.MULTILINE)
    if place is None or told is None:
        sys.exit("deploy/nginx.conf has another form")
    for seat, port in zip(SEATS, ports, strict=True):
        maps = maps.replace(seat, str(port))
    # without TLS a browser would not send such a cookie
    maps = maps.replace(" Secure;", "")
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/nginx.pid;\n"
        "worker_processes 1; events { worker_connections 1024; }\n"
        f"http {{ access_log off; {kept}\n{maps}\n"
        f"server {{ listen 127.0.0.1:{front}; client_max_body_size 105m;\n"
        f"{told[0]}\n{place[0]}\n}} }}\n",
        encoding="utf-8",
    )
    return [program, "-e", f"{folder}/nginx.log", "-p", str(folder), "-c", str(file)]


def _wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    last = time.monotonic() + STARTS_S
    while server.poll() is None and time.monotonic() < last:
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 its own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    msg = f"the server did not start: {server.poll()}"
    raise TimeoutError(msg)
