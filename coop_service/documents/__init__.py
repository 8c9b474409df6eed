"""Documents: the one wire form of problems and plans, for HTTP, JSON columns and files.

Times are whole seconds after the day's midnight, distances whole metres, loads maps from a named
unit to a number, money yuan. An unknown field is a fault; ``custom`` is echoed untouched. Every
reader raises :class:`~coop_service.errors.InvalidInput` with all faults and their JSON pointers.
"""

from coop_service.documents.json_text import format_json, parse_json
from coop_service.documents.messages import find_faults
from coop_service.documents.plan import PlanSchema, read_plan, write_plan
from coop_service.documents.problem import ProblemSchema, read_problem, write_problem

__all__ = [
    "PlanSchema",
    "ProblemSchema",
    "find_faults",
    "format_json",
    "parse_json",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]
