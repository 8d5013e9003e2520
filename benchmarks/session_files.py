"""Files over HTTP, as a browser fetches and sends them: for ``session_client.py``."""

from __future__ import annotations

import http.client
import re
import secrets
import urllib.parse
from collections.abc import Mapping, Sequence

LONGEST_S = 60.0
FINE = range(200, 300)
# asked for at every visit; the server gives its token with them
EACH = ("/", "/_stcore/health", "/_stcore/host-config")
_NAMED = re.compile(r'(?:src|href)="\./([^"]+)"')
_INNER = "_stcore/"


def first_files(url: str) -> list[str]:
    """Return what a first visit fetches beside: all that the page names, kept by a browser."""
    page = once(url, "GET", "/", {}, b"").decode()
    return [f"/{name}" for name in _NAMED.findall(page) if not name.startswith(_INNER)]


def fetch(url: str, paths: Sequence[str]) -> tuple[str, int]:
    """Fetch files over one connection; return the cookies as a browser sends them, and bytes."""
    line = _line(url)
    held: dict[str, str] = {}
    size = 0
    for path in paths:
        told = {"Accept-Encoding": "gzip"} | ({"Cookie": _said(held)} if held else {})
        answer, data = _asked(line, "GET", path, told)
        size += len(data)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                held |= [value.partition(";")[0].split("=", 1)]
    line.close()
    return _said(held), size


def _said(held: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in held.items())


def token_of(cookies: str) -> str:
    """Return the token against forged requests that is among a visitor's cookies, or ""."""
    held = dict(one.split("=", 1) for one in cookies.split("; ") if one)
    return held.get("_streamlit_xsrf", "")


def _line(url: str) -> http.client.HTTPConnection:
    host = urllib.parse.urlsplit(url)
    return http.client.HTTPConnection(str(host.hostname), host.port, timeout=LONGEST_S)


def _asked(
    line: http.client.HTTPConnection, how: str, path: str, headers: Mapping[str, str],
    body: bytes | None = None,
) -> tuple[http.client.HTTPResponse, bytes]:  # fmt: skip
    line.request(how, path, body, dict(headers))
    answer = line.getresponse()
    data = answer.read()
    if answer.status not in FINE:
        msg = f"{path.partition('?')[0]}: {answer.status}"
        raise ConnectionError(msg)
    return answer, data


def once(url: str, how: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Ask for one address over a line of its own; an answer that is no good raises."""
    line = _line(url)
    try:
        return _asked(line, how, path, headers, body or None)[1]
    finally:
        line.close()


def form(name: str, data: bytes) -> tuple[bytes, str]:
    """Return the body in which a browser sends a file, and its kind."""
    mark = secrets.token_hex(16)
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return b"".join((head.encode(), data, f"\r\n--{mark}--\r\n".encode())), (
        f"multipart/form-data; boundary={mark}"
    )
