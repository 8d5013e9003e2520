"""Whole-number programs by HiGHS that can be looked at and stopped.

SciPy's own call can be ended by its clock alone. The HiGHS that SciPy brings can be asked to
tell how far it is and to give up, with its best answer; that is done here where somebody
watches, by an interface that SciPy does not promise. Where it is not as expected, SciPy's own
call is made, in stretches of time each twice as long as the one before, and the stop is looked
at between them: the answer is the same, only the stop comes later.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from platforms.planning.effort import Watch

__all__ = ["Program", "Solved", "solve_program"]

Floats = NDArray[np.float64]

_INFEASIBLE = 2
_FIRST_STRETCH = 0.5
_LEAST_SECONDS = 0.1
_NEEDED = ("_Highs", "HighsLp", "HighsOptions", "HighsVarType", "MatrixFormat", "cb")


@dataclass(frozen=True)
class Program:
    """Minimise costs; no variable is below 0.

    Attributes
    ----------
    costs
        Of each variable.
    whole
        1 for variables that are whole, 0 for others.
    rows, least, most
        Rows and their bounds.
    top
        Greatest value of each variable; 1 unless given.
    """

    costs: Floats
    whole: NDArray[np.int64]
    rows: Any
    least: Floats
    most: Floats
    top: Floats | None = None

    @property
    def upper(self) -> Floats:
        """Return the greatest value of each variable."""
        return np.ones(len(self.costs)) if self.top is None else self.top


@dataclass(frozen=True)
class Solved:
    """What was found.

    Attributes
    ----------
    values
        Of the variables; None without an answer.
    bound
        No answer costs less; infinite where there is none, minus infinite where not known.
    """

    values: Floats | None
    bound: float


def solve_program(
    program: Program,
    *,
    gap: float,
    watch: Watch,
    tell: Callable[[float, float], None] | None = None,
) -> Solved:
    """Solve a program until it is near enough, time is up, or somebody stops it.

    Parameters
    ----------
    program
        What is solved.
    gap
        Relative gap at which to stop.
    watch
        Clock and stop.
    tell
        Is told the best cost so far and the bound, infinite where not known.
    """
    if watch.stop is None and tell is None:
        return _told(_milp(program, gap, watch.left()))
    core = _core()
    if core is None:
        return _stretches(program, gap, watch)
    return _watched(core, program, gap, watch, tell)


def _milp(program: Program, gap: float, seconds: float | None) -> Any:  # noqa: ANN401 scipy's
    limit = math.inf if seconds is None else max(seconds, _LEAST_SECONDS)
    return milp(
        program.costs,
        integrality=program.whole,
        bounds=Bounds(0, program.upper),
        constraints=LinearConstraint(program.rows, program.least, program.most),
        options={"mip_rel_gap": gap, "time_limit": limit},
    )


def _told(found: Any) -> Solved:  # noqa: ANN401 scipy's
    if found.status == _INFEASIBLE:
        return Solved(None, math.inf)
    bound = getattr(found, "mip_dual_bound", None)
    return Solved(found.x, -math.inf if bound is None else float(bound))


def _stretches(program: Program, gap: float, watch: Watch) -> Solved:
    """Solve again and again, each time twice as long."""
    stretch = _FIRST_STRETCH
    while True:
        left = watch.left()
        last = left is not None and left <= stretch
        found = _milp(program, gap, left if last else stretch)
        done = found.status != 1  # 1 is a limit of time
        if done or last or watch.over():
            return _told(found)
        stretch *= 2


def _core() -> Any | None:  # noqa: ANN401 not typed
    """Return SciPy's HiGHS; None where it is not as expected."""
    try:
        core = importlib.import_module("scipy.optimize._highspy._core")
    except ImportError:
        return None
    known = all(hasattr(core, name) for name in _NEEDED)
    return core if known and hasattr(core._Highs, "setCallback") else None  # noqa: SLF001 as said


def _watched(
    core: Any,  # noqa: ANN401 not typed
    program: Program,
    gap: float,
    watch: Watch,
    tell: Callable[[float, float], None] | None,
) -> Solved:
    """Solve with somebody looking on."""
    highs = core._Highs()  # noqa: SLF001 as said
    options = core.HighsOptions()
    options.output_flag = options.log_to_console = False
    options.mip_rel_gap = gap
    options.time_limit = math.inf if watch.seconds is None else max(watch.left() or 0.0, 0.1)
    highs.passOptions(options)
    highs.passModel(_model(core, program))
    raised: list[BaseException] = []

    def look(_kind: object, _text: object, out: Any, into: Any, _own: object) -> None:  # noqa: ANN401
        # what is raised must not pass through C++
        try:
            if tell is not None:
                tell(float(out.mip_primal_bound), float(out.mip_dual_bound))
            ends = watch.over()
        except BaseException as error:  # noqa: BLE001 raised again below
            raised.append(error)
            ends = True
        if ends and into is not None:
            into.user_interrupt = True

    highs.setCallback(look, None)
    highs.startCallback(core.cb.HighsCallbackType.kCallbackMipInterrupt)
    highs.run()
    highs.stopCallback(core.cb.HighsCallbackType.kCallbackMipInterrupt)
    if raised:
        raise raised[0]
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == core.HighsModelStatus.kInfeasible:
        return Solved(None, math.inf)
    some = int(info.primal_solution_status) == int(core.SolutionStatus.kSolutionStatusFeasible)
    values = np.array(highs.getSolution().col_value) if some else None
    return Solved(values, float(info.mip_dual_bound))


def _model(core: Any, program: Program) -> Any:  # noqa: ANN401 not typed
    """Return a program as HiGHS takes it."""
    rows = csc_array(program.rows)
    model = core.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    table = model.a_matrix_
    table.num_row_, table.num_col_ = rows.shape
    table.format_ = core.MatrixFormat.kColwise
    table.start_ = rows.indptr.astype(np.int32)
    table.index_ = rows.indices.astype(np.int32)
    table.value_ = rows.data
    model.col_cost_ = program.costs
    model.col_lower_ = np.zeros(len(program.costs))
    model.col_upper_ = program.upper
    model.row_lower_, model.row_upper_ = program.least, program.most
    model.integrality_ = [core.HighsVarType(int(one)) for one in program.whole]
    return model
