"""A page is the server's own by its name and its port, however either is written."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from platforms.app.origin import is_own_page

NAME = "plans.county.example"


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        (f"https://{NAME}", NAME, True),
        (f"http://{NAME}", NAME, True),
        (f"https://{NAME}", f"{NAME}:443", True),
        (f"http://{NAME}:80", NAME, True),
        (f"https://{NAME}", NAME.upper(), True),
        (f"https://{NAME}:8443", f"{NAME}:8443", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        (f"https://{NAME}", f"{NAME}:80", False),
        (f"https://{NAME}:8443", NAME, False),
        (f"https://{NAME}", f"{NAME}:8443", False),
        ("http://localhost:9999", "localhost:8501", False),
        ("http://localhost:8501", "127.0.0.1:8501", False),
        (f"https://evil@{NAME}", NAME, False),
        (f"https://{NAME}.evil.example", NAME, False),
        (f"https://{NAME}:x", NAME, False),
        (f"ftp://{NAME}", NAME, False),
        ("null", NAME, False),
        ("null", "", False),
        ("http://", "", False),
        ("", NAME, False),
    ],
)
def test_name_and_port_are_compared(origin, host, own):
    assert is_own_page(Headers({"origin": origin, "host": host})) is own


def test_what_is_no_browser_names_no_page():
    assert is_own_page(Headers({"host": NAME}))
