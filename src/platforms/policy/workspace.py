"""A workspace that also knows its rules.

The layers' floor reads what the plans say; this one adds the packs in ``policy/``, which
make it executable. Rules of the whole country are not a city's to keep: they ship in
``layers/national/policy`` and every workspace sees them, wherever it lies. They cite their
own documents, and their ids are taken. A pack that names no year judges for that of the plan:
what holds everywhere is tied to no year of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from platforms.errors import RuleError
from platforms.layers import workspace as layers
from platforms.layers.national import national_layers
from platforms.layers.tables import STORED_CRS

# the schema of packs takes a tenth of a second to build, and measuring needs no rules
if TYPE_CHECKING:
    from platforms.policy.schema import Pack
    from platforms.policy.score_schema import ScorePack

__all__ = ["Workspace", "national_folder"]


def national_folder() -> Path:
    """Return the folder of the shipped packs that hold in the whole country."""
    return national_layers() / "policy"


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
        """Rule packs by id: those of the workspace, then the national ones.

        Raises
        ------
        RuleError
            Names file, line and key of the first fault, or an id that stands twice.
        """
        from platforms.policy.pack import load_packs

        documents = [document.id for document in self.plan.documents]
        year = self.plan.assessment_year
        national = load_packs(national_folder(), documents=[], year=year)
        folder = self.layers_dir / "policy"
        own = load_packs(folder, documents=documents, taken=national, year=year)
        return own | national

    @cached_property
    def scores(self) -> dict[str, ScorePack]:
        """Score packs (亩均论英雄) of the workspace by id.

        Raises
        ------
        RuleError
            As ``packs``.
        """
        from platforms.policy.pack import load_scores

        documents = [document.id for document in self.plan.documents]
        return load_scores(self.layers_dir / "policy", documents=documents)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the workspace's files and the national ones, hexadecimal."""
        digest = hashlib.sha256(super().fingerprint.encode())
        national = national_folder().parent
        for path in sorted(national.rglob("*.yaml")):
            digest.update(path.relative_to(national).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def with_facts(
        self, plots: gpd.GeoDataFrame, pack: Pack, *, plane: object = None
    ) -> gpd.GeoDataFrame:
        """Return the plots with the map's facts that a pack reads; see ``add_facts``.

        The layers speak of the county: a plot that reaches out of it is unknown, as is every
        plot where the workspace does not have the layer. ``plane`` is the one to cut in,
        default as for ``add_facts`` with the workspace's.
        """
        from platforms.policy.facts import add_facts

        if not pack.facts:
            return plots
        shapes = {
            fact.id: self.layer(fact.layer) if fact.layer and self.has(fact.layer) else None
            for fact in pack.facts
        }
        cover = gpd.GeoSeries([self.county], crs=STORED_CRS)
        return add_facts(plots, shapes, cover=cover, plane=self.plane if plane is None else plane)

    def sample_facts(self, pack: Pack) -> tuple[str, ...]:
        """Return the synthetic layers that a pack's facts come from."""
        layers = (fact.layer for fact in pack.facts if fact.layer and self.has(fact.layer))
        return tuple(layer for layer in layers if self.card(layer).sample)

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
