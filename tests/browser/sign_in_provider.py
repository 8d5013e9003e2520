"""A provider of sign-in (OpenID Connect) on this machine, which lets in whoever it is told to.

Enough of the protocol for a real exchange: discovery, a code, a signed token, its keys.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "platforms-test"


class Provider:
    """What the provider says of whoever comes next."""

    def __init__(self, url: str) -> None:
        from joserfc.jwk import RSAKey

        self.url = url
        self.claims: dict[str, object] = {}
        self.nonces: dict[str, str] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = asked.get("nonce", "")
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, asked: dict[str, str]) -> dict[str, object]:
        from joserfc import jwt

        now = int(time.time())
        told = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 3600,
            "nonce": self.nonces.pop(asked["code"]), "sub": "1", **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, told, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def keys(self) -> dict[str, object]:
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}


@contextmanager
def providing() -> Iterator[Provider]:
    """Run a provider on a free port."""
    held: list[Provider] = []

    class Answers(BaseHTTPRequestHandler):
        def _say(self, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                words = {name: one[0] for name, one in parse_qs(asked.query).items()}
                self.send_response(302)
                self.send_header("location", held[0].authorize(words))
                self.send_header("content-length", "0")
                self.end_headers()
            else:
                self._say(held[0].keys() if asked.path == "/keys" else held[0].metadata())

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            words = parse_qs(self.rfile.read(length).decode())
            self._say(held[0].token({name: one[0] for name, one in words.items()}))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    held.append(Provider(f"http://127.0.0.1:{server.server_port}"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held[0]
    server.shutdown()
    server.server_close()
