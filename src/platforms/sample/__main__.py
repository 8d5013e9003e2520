"""Write a city's sample files again: ``python -m platforms.sample CITY [FOLDER]``.

Without a folder the files go to the city's own ``layers`` folder.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from platforms import messages
from platforms.errors import PlatformsError
from platforms.layers.workspace import Workspace
from platforms.sample import generate, load_recipe
from platforms.sample.files import write_sample

__all__ = ["main"]

_MOST_ARGUMENTS = 2


def main(arguments: Sequence[str]) -> int:
    """Run the command; return 0 when written, 1 when it could not be done, 2 for wrong use."""
    if not 1 <= len(arguments) <= _MOST_ARGUMENTS or arguments[0].startswith("-"):
        sys.stderr.write(messages.text("sample.usage") + "\n")
        return 2
    try:
        recipe = load_recipe(arguments[0])
        workspace = Workspace.open(arguments[0])
        folder = Path(arguments[1]) if len(arguments) > 1 else workspace.layers_dir
        written = write_sample(generate(workspace, recipe), folder)
    except PlatformsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for layer, path in written.items():
        line = messages.text(
            "sample.written", layer=layer, path=path.name, size=path.stat().st_size
        )
        sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
