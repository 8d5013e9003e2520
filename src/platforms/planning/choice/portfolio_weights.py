"""What a portfolio is weighed by: data, all of it the tool's own choice and marked so.

The objective is a sum of points, one point being worth 10,000 yuan (万元). The shipped file is
``layers/national/portfolio.yaml``; a workspace replaces weights one by one in its own
``land/portfolio.yaml``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from platforms.errors import InputError
from platforms.layers.cards import Text
from platforms.layers.yaml_file import read_model
from platforms.policy.parameters import Parameter, is_number
from platforms.policy.workspace import national_folder

__all__ = ["TERMS", "PortfolioWeights", "portfolio_weights"]

# terms of the objective, in the order in which they are shown
TERMS = ("cost_wan", "jobs", "firms", "land_mu", "pairs")


class _Folder(Protocol):
    @property
    def layers_dir(self) -> Path: ...


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    title: Text
    """Name that users read."""
    date: dt.date
    """Day of the weights."""
    weights: tuple[Parameter, ...]
    """The weights."""

    @model_validator(mode="after")
    def _sound(self) -> _File:
        names = [weight.id for weight in self.weights]
        if len(set(names)) < len(names) or not set(names) <= set(TERMS):
            raise ValueError(f"each weight once, of: {', '.join(TERMS)}")
        if not all(is_number(w.value) and _good(w.value) for w in self.weights):
            raise ValueError("weights are numbers of 0 or more")
        return self


@dataclass(frozen=True)
class PortfolioWeights:
    """Points for each term.

    Attributes
    ----------
    parameters
        By name of the term: title, unit, value, basis, note.
    """

    parameters: Mapping[str, Parameter]

    def __getitem__(self, term: str) -> float:
        """Return the points of one unit of a term."""
        return float(str(self.parameters[term].value))

    def replaced(self, values: Mapping[str, float]) -> PortfolioWeights:
        """Return weights with other values for some terms.

        Raises
        ------
        InputError
            For a term that there is not, or a value below 0.
        """
        changed = dict(self.parameters)
        for term, value in values.items():
            if term not in changed:
                raise InputError("portfolio.weight_unknown", name=term, known=list(TERMS))
            if not _good(value):
                raise InputError("portfolio.below_zero", name=term, value=value)
            changed[term] = changed[term].model_copy(update={"value": float(value)})
        return PortfolioWeights(changed)


def portfolio_weights(workspace: _Folder | None = None) -> PortfolioWeights:
    """Read the weights of a portfolio.

    Parameters
    ----------
    workspace
        A workspace whose ``land/portfolio.yaml`` replaces national weights; default the
        national ones alone.

    Returns
    -------
    weights
        One for each of ``cost_wan`` (a 万元), ``jobs`` (a job), ``firms`` (a firm),
        ``land_mu`` (a 亩) and ``pairs`` (a pair of neighbours, taken off).

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    files = [national_folder().parent / "portfolio.yaml"]
    if workspace is not None:
        files.append(workspace.layers_dir / "land" / "portfolio.yaml")
    found: dict[str, Parameter] = {}
    for path in files[:1] + [path for path in files[1:] if path.is_file()]:
        found |= {weight.id: weight for weight in read_model(path, _File).weights}
    return PortfolioWeights(found)


def _good(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
