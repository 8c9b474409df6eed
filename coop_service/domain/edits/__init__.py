"""Changing a plan by hand: what a change is, what a list of changes makes of a plan, locks.

A plan is taken as a board: for each vehicle the visits of its trips in order, without times. A
change moves, adds or takes away visits or sets locks; a list of changes is applied to the board of
a base plan one after the other, so that undo and redo are a shorter and a longer list. Times are
found afterwards (:mod:`coop_service.planning.editing`), and what is broken is told by
:mod:`coop_service.domain.verify`.
"""

from coop_service.domain.edits.apply import apply_changes
from coop_service.domain.edits.board import Board, Call, lay_out
from coop_service.domain.edits.changes import (
    Change,
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    UnlockPrefix,
    UnlockStop,
    UnlockVehicle,
)
from coop_service.domain.edits.compare import (
    OrderDifference,
    PlanComparison,
    RouteDifference,
    ServiceTime,
    compare_plans,
)
from coop_service.domain.edits.locks import Locks, with_locks
from coop_service.domain.edits.outcome import Checked, Insertion, InsertPlace, Refusal

__all__ = [
    "Board",
    "Call",
    "Change",
    "Checked",
    "InsertPlace",
    "Insertion",
    "LockPrefix",
    "LockStop",
    "LockVehicle",
    "Locks",
    "MoveStop",
    "OrderDifference",
    "Place",
    "PlanComparison",
    "PutIn",
    "Refusal",
    "ReverseRoute",
    "RouteDifference",
    "ServiceTime",
    "SwapVehicles",
    "TakeOut",
    "UnlockPrefix",
    "UnlockStop",
    "UnlockVehicle",
    "apply_changes",
    "compare_plans",
    "lay_out",
    "with_locks",
]
