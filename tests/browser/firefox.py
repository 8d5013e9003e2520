"""A real Firefox, spoken to by WebDriver BiDi: pages by double click open there as well."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
# what Firefox asks for by itself says nothing of the page
SETTINGS = {
    "network.dns.disabled": True,
    "app.normandy.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
PATIENCE_S = 60


@dataclass
class Firefox:
    """One window of it, and what the page in it said and asked for."""

    socket: ClientConnection
    window: str = ""
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _sent: int = 0

    def call(self, method: str, **given: object) -> dict[str, Any]:
        """Call a command and return its result; events that come meanwhile are noted."""
        self._sent += 1
        self.socket.send(json.dumps({"id": self._sent, "method": method, "params": given}))
        while True:
            told = json.loads(self.socket.recv(PATIENCE_S))
            if told.get("id") == self._sent:
                assert told["type"] == "success", told
                return told["result"]
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "log.entryAdded":
            self.said.append(str(told["params"]["text"]))
        elif told.get("method") == "network.beforeRequestSent":
            self.asked.append(told["params"]["request"]["url"])

    def open(self, path: Path) -> None:
        """Open a file and wait until its map is painted."""
        self.call(
            "browsingContext.navigate", context=self.window, url=path.as_uri(), wait="complete"
        )
        self.asked.clear()
        self.value(
            """new Promise((told) => { const look = () =>
            (document.querySelector('#platforms-map')?.platformsMap?.probe()?.paints > 0)
              ? told(true) : setTimeout(look, 50); look(); })"""
        )

    def value(self, expression: str) -> Any:
        """Return what an expression is in the page, as JSON carries it."""
        wrapped = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        told = self.call(
            "script.evaluate",
            expression=wrapped,
            target={"context": self.window},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        acts = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call(
            "input.performActions",
            context=self.window,
            actions=[{"type": "key", "id": "keys", "actions": acts}],
        )


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Start Firefox with a fresh profile and no names outside this machine."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});" for name, to in SETTINGS.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    argv = [PROGRAM, "--headless", "--no-remote", "--profile", profile]
    with subprocess.Popen(
        [*argv, "--remote-debugging-port", "0", "about:blank"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={"HOME": str(profile), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    ) as program:
        try:
            found = (re.search(r"BiDi listening on (ws://\S+)", line) for line in program.stderr)
            address = next(match[1] for match in found if match)
            with connect(f"{address}/session", max_size=None) as socket:
                fox = Firefox(socket)
                fox.call("session.new", capabilities={})
                fox.call(
                    "session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"]
                )
                tree = fox.call("browsingContext.getTree")
                fox.window = tree["contexts"][0]["context"]
                fox.call(
                    "browsingContext.setViewport",
                    context=fox.window,
                    viewport={"width": 1366, "height": 768},
                )
                yield fox
        finally:
            program.terminate()
            program.wait(20)
