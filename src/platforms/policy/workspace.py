"""A workspace that also knows its rules.

The layers' floor reads what the plans say; this one adds the packs in ``policy/``, which
make it executable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from platforms.errors import RuleError
from platforms.layers import workspace as layers
from platforms.policy.pack import load_packs
from platforms.policy.schema import Pack

__all__ = ["Workspace"]


@dataclass(frozen=True)
class Workspace(layers.Workspace):
    """A city's data and its rules.

    Examples
    --------
    >>> ws = Workspace.open("yueqing")
    >>> ws.rules("2022").document
    'yq2022'
    """

    @cached_property
    def packs(self) -> dict[str, Pack]:
        """Rule packs of the workspace by id.

        Raises
        ------
        RuleError
            Names file, line and key of the first fault.
        """
        documents = [document.id for document in self.plan.documents]
        return load_packs(self.layers_dir / "policy", documents=documents)

    def rules(self, name: str | None = None) -> Pack:
        """Return a rule pack.

        Parameters
        ----------
        name
            Id of the pack, or the end of it where only one pack ends so (``"2022"``);
            default the plan's.

        Raises
        ------
        RuleError
            Lists the packs that there are; or names what is wrong in one.
        """
        wanted = name or self.plan.default_pack
        if wanted in self.packs:
            return self.packs[wanted]
        ending = [pack for pack in self.packs if pack.endswith(f"-{wanted}")]
        if len(ending) == 1:
            return self.packs[ending[0]]
        raise RuleError(
            "layers.pack_unknown", workspace=self.name, name=wanted, known=sorted(self.packs)
        )
