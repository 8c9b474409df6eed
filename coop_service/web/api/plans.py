"""Plans: asking for one, and reading those that there are."""

# ruff: noqa: D106 - marshmallow's Meta classes hold options
from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for
from marshmallow import Schema, fields, validate
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema

from coop_service.documents import ProblemSchema, write_problem
from coop_service.documents.edit_answers import LocksSchema
from coop_service.documents.edits import AnyChangeSchema
from coop_service.documents.fields import Amount, Text, WholeNumber
from coop_service.documents.handovers import HandoverListsSchema, write_handovers
from coop_service.domain.key_figures import DEFINITIONS
from coop_service.domain.problem import InboundDay, ModeSetting
from coop_service.domain.travel import Travel
from coop_service.errors import both
from coop_service.files.geojson import plan_geojson
from coop_service.planning.engines import DEFAULT_ENGINE
from coop_service.services.planning import (
    get_plan,
    list_plans,
    make_request,
    read_stored,
    request_plan,
)
from coop_service.store.queries import load_network
from coop_service.store.tables import PlanRow, PlanState, Role
from coop_service.web.api.jobs import JobAnswerSchema, answer_job
from coop_service.web.api.network import FeatureCollectionSchema
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import current_settings, db_session, plan_jobs
from coop_service.web.etags import ETAG_HEADER, etag_of
from coop_service.web.schemas import INT32, PageQuerySchema, RecordConverter, page_of

blp = ApiBlueprint("plans", __name__, url_prefix="/plans", description="配送方案 / Plans")


class PlanRequestSchema(Schema):
    """What a plan is asked for: a day, and for how long (or how many rounds) to search."""

    date = fields.Date(required=True)
    seconds = Amount(
        load_default=None, metadata={"description": "时限,缺省见设置 / wall time of the search"}
    )
    iterations = WholeNumber(
        load_default=None,
        metadata={"description": "以轮数代替时限,结果可重复 / rounds instead: repeats exactly"},
    )
    engine = Text(load_default=DEFAULT_ENGINE)
    seed = WholeNumber(load_default=1, validate=validate.Range(0, INT32))
    name = Text(load_default=None, validate=validate.Length(max=120))
    rules = fields.Boolean(
        load_default=True,
        metadata={
            "description": "是否遵守工作日规则(驾驶时间、午休、禁忌混装) / whether the rules of a "
            "working day hold: driving time, lunch, forbidden mixes"
        },
    )
    start_plan_id = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={
            "description": "以同日的已有方案为起点,其锁定继续有效 / an earlier plan of the day to "
            "begin with; what is locked in it stays"
        },
    )
    modes = fields.Dict(
        Text(),
        fields.Enum(ModeSetting, by_value=True),
        load_default=dict,
        metadata={
            "description": "按乡镇站编码定方式(direct 直送、relay 中转、auto 自动),缺省 relay / "
            "how a township is served, by the code of its station: direct, relay, auto; relay by "
            "default",
            "example": {"210882104": "auto"},
        },
    )
    inbound = fields.Dict(
        Text(),
        fields.Enum(InboundDay, by_value=True),
        load_default=dict,
        metadata={
            "description": "农产品当日(same_day,缺省)或次日(next_day)由干线带走 / the trunk takes "
            "produce the same day (default) or the next",
            "example": {"210882104": "next_day"},
        },
    )


class IdempotencySchema(Schema):
    """Header of a request that may be sent again without being done again."""

    key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Length(1, 200),
        metadata={
            "description": "同一键的同一请求只执行一次 / the same request with the same key is "
            "done once, and answered with the same job"
        },
    )


class PlanQuerySchema(PageQuerySchema):
    """Which plans are wanted."""

    date = fields.Date()
    state = fields.Enum(PlanState, by_value=True)


class StoredPlanSchema(SQLAlchemyAutoSchema):
    """A plan in figures. ``version`` counts the plans of a day."""

    class Meta:
        model = PlanRow
        model_converter = RecordConverter
        include_fk = True
        fields = (
            "id",
            "date",
            "version",
            "state",
            "status",
            "job_id",
            "cost_yuan",
            "vehicles_used",
            "orders_served",
            "orders_unassigned",
            "created_at",
            "created_by",
            "parent_id",
            "note",
            "violation_count",
            "revision",
        )

    violation_count = fields.Integer(
        metadata={"description": "手工改动后的违规数,为 0 才能下达 / after changes by hand; a plan "
                  "with any cannot be released"}
    )  # fmt: skip
    revision = fields.Integer(
        metadata={"description": "方案每有变动即加一,见 ETag / counts what happens to it"}
    )


class WholePlanSchema(StoredPlanSchema):
    """A plan with its document; ``changes`` are those made of its parent by hand."""

    class Meta(StoredPlanSchema.Meta):
        fields = (*StoredPlanSchema.Meta.fields, "document", "changes", "locks")

    changes = fields.List(fields.Nested(AnyChangeSchema), allow_none=True)
    locks = fields.Nested(LocksSchema, allow_none=True)


class KeyFigureSchema(Schema):
    """One figure of a plan and what it means."""

    value = fields.Raw(metadata={"description": "number, null, or a structure of numbers"})
    definition = fields.String(metadata={"description": "Chinese / English"})


class KeyFiguresSchema(Schema):
    """Key figures by name."""

    figures = fields.Dict(fields.String(), fields.Nested(KeyFigureSchema))


@blp.route("", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.arguments(PlanRequestSchema)
@blp.arguments(IdempotencySchema, location="headers")
@blp.response(202, JobAnswerSchema)
def post_plan(
    document: dict[str, Any], headers: dict[str, Any]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """请求某天的方案 / Ask for the plan of a day.

    立即返回任务;方案完成后见任务的 plan_id。
    Answers at once with a job; when it is done its plan_id names the plan.
    """
    request = make_request(current_settings(), **document)
    me = caller()
    job = request_plan(db_session(), me.county, request, me.name, headers["key"])
    jobs = plan_jobs()
    if jobs is not None:
        jobs.submit(job.id)
    return answer_job(job), 202, {"Location": url_for("jobs.get_one", job_id=job.id)}


@blp.route("")
@allow()
@blp.arguments(PlanQuerySchema, location="query")
@blp.response(200, page_of(StoredPlanSchema))
def get_plans(query: dict[str, Any]) -> dict[str, Any]:
    """方案列表,新的在前 / The county's plans, newest first."""
    items, total = list_plans(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<plan_id>")
@allow()
@blp.response(200, WholePlanSchema, headers=ETAG_HEADER)
def get_one(plan_id: str) -> tuple[PlanRow, int, dict[str, str]]:
    """一个方案及其文档 / One plan with its document.

    改动或下达时须以 If-Match 送回其 ETag。
    Its ETag goes back as If-Match with whatever is done to it.
    """
    row = get_plan(db_session(), caller().county, plan_id)
    return row, 200, {"ETag": etag_of(row)}


@blp.route("/<plan_id>/problem")
@allow()
@blp.response(200, ProblemSchema)
def get_problem(plan_id: str) -> Response:
    """方案所依据的问题文档 / The problem document that the plan answers, with its locks."""
    row = get_plan(db_session(), caller().county, plan_id)
    problem = row.problem
    if row.locks:
        problem = current_app.json.dumps(write_problem(read_stored(row)[0]))
    return Response(problem, content_type="application/json")


@blp.route("/<plan_id>/geojson")
@allow()
@blp.response(200, FeatureCollectionSchema, content_type="application/geo+json")
def get_geojson(plan_id: str) -> Response:
    """沿道路的 GeoJSON / The plan along the roads of the present network."""
    me = caller()
    row = get_plan(db_session(), me.county, plan_id)
    travel = Travel(load_network(db_session(), me.county), row.date)
    document = plan_geojson(*read_stored(row), travel)
    return Response(current_app.json.dumps(document), content_type="application/geo+json")


@blp.route("/<plan_id>/handovers")
@allow()
@blp.response(200, HandoverListsSchema)
def get_handovers(plan_id: str) -> Response:
    """交接清单 / The plan's handover lists, by hub, hour and direction."""
    row = get_plan(db_session(), caller().county, plan_id)
    document = write_handovers(*read_stored(row))
    return Response(current_app.json.dumps(document), content_type="application/json")


@blp.route("/<plan_id>/key-figures")
@allow()
@blp.response(200, KeyFiguresSchema)
def get_key_figures(plan_id: str) -> dict[str, Any]:
    """关键指标及其定义 / The plan's key figures, each with its definition."""
    figures = get_plan(db_session(), caller().county, plan_id).document["kpis"]
    return {
        "figures": {
            name: {"value": value, "definition": both(*DEFINITIONS[name])}
            for name, value in figures.items()
        }
    }
