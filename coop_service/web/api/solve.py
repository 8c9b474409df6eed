"""Solving and checking whole documents; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from coop_service.documents import (
    PlanSchema,
    ProblemSchema,
    parse_json,
    read_plan,
    read_problem,
)
from coop_service.documents.examples import relay_example
from coop_service.documents.plan import CostPartsSchema
from coop_service.documents.violation import ViolationSchema
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.domain.verify import verify
from coop_service.errors import Fault, InvalidInput, both, pointer
from coop_service.jobs.plan_jobs import ClusterBusy
from coop_service.planning.engines import DEFAULT_ENGINE
from coop_service.planning.stop import MaxRuntime
from coop_service.services.planning import find_search_faults
from coop_service.store.tables import Role
from coop_service.web.auth import allow
from coop_service.web.bodies import ApiBlueprint, read_body
from coop_service.web.context import current_settings, plan_jobs
from coop_service.web.schemas import INT32

Value = TypeVar("Value")

blp = ApiBlueprint("solve", __name__, description="问题文档与方案文档 / Whole documents")


class SearchQuerySchema(Schema):
    """How to search."""

    seconds = fields.Float(
        load_default=None, metadata={"description": "时限,缺省见设置 / wall time of the search"}
    )
    engine = fields.String(load_default=DEFAULT_ENGINE)
    seed = fields.Integer(load_default=1, validate=validate.Range(0, INT32))


class AnsweredProblemSchema(Schema):
    """A problem and a plan that is said to answer it."""

    problem = fields.Nested(ProblemSchema, required=True)
    plan = fields.Nested(PlanSchema, required=True)


class VerdictSchema(Schema):
    """What the check of a plan has found; ``cost`` and its parts are recomputed."""

    ok = fields.Boolean()
    cost = fields.Float()
    cost_parts = fields.Nested(CostPartsSchema)
    violations = fields.List(fields.Nested(ViolationSchema))


@blp.route("/solve", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.arguments(SearchQuerySchema, location="query")
@blp.doc(
    requestBody={
        "content": {
            "application/json": {"schema": ProblemSchema, "example": relay_example("problem")}
        }
    }
)
@blp.response(200, PlanSchema, example=relay_example("plan"))
def post_solve(query: dict[str, Any]) -> Response:
    """求解整个问题文档,等待结果 / Solve a whole problem document and wait for its plan.

    返回的方案已通过校验。示例经中转站 gaokan:货分两段,如 o17:trunk、o17:branch。
    The plan that comes back has passed the check. In the example goods go over the hub gaokan, in
    legs like o17:trunk and o17:branch.
    """
    settings = current_settings()
    seconds, engine = query["seconds"], query["engine"]
    faults = find_search_faults(settings, seconds, None, engine)
    if faults:
        raise InvalidInput(Fault(f"?{f.pointer[1:]}", f.code, f.message) for f in faults)
    document = read_body(settings.max_body_mb)
    jobs = plan_jobs()
    if jobs is None:
        raise ClusterBusy(both("本服务没有求解进程", "this service has no workers"))
    stop = MaxRuntime(settings.default_solve_s if seconds is None else seconds)
    plan = jobs.solve(document, stop, engine, query["seed"])
    return Response(current_app.json.dumps(plan), content_type="application/json")


@blp.route("/check", methods=["POST"])
@allow()
@blp.doc(
    requestBody={
        "content": {
            "application/json": {
                "schema": AnsweredProblemSchema,
                "example": {"problem": relay_example("problem"), "plan": relay_example("plan")},
            }
        }
    }
)
@blp.response(200, VerdictSchema)
def post_check() -> dict[str, Any]:
    """校验方案,不用求解器 / Recompute a plan and name all its violations, without a solver."""
    document = parse_json(read_body(current_settings().max_body_mb))
    verdict = verify(*_read_both(document))
    return {
        "ok": verdict.ok,
        "cost": verdict.cost,
        "cost_parts": verdict.cost_parts,
        "violations": verdict.violations,
    }


def _read_both(document: object) -> tuple[Problem, Plan]:
    if not isinstance(document, dict) or document.keys() != {"problem", "plan"}:
        message = both("应为 {problem, plan}", "must be {problem, plan}")
        raise InvalidInput([Fault("", "bad_shape", message)])
    faults: list[Fault] = []

    def read(name: str, reader: Callable[[object], Value]) -> Value | None:
        try:
            return reader(document[name])
        except InvalidInput as error:
            faults.extend(Fault(pointer(name) + f.pointer, f.code, f.message) for f in error.faults)
            return None

    problem, plan = read("problem", read_problem), read("plan", read_plan)
    if problem is None or plan is None:
        raise InvalidInput(faults)
    return problem, plan
