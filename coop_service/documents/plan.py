"""The plan document."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields

from coop_service.documents.fields import (
    Amount,
    Flag,
    FreeObject,
    ListOf,
    MapOf,
    Text,
    WholeNumber,
)
from coop_service.documents.messages import find_faults
from coop_service.documents.schema import ValueSchema
from coop_service.domain.plan import (
    CostParts,
    ModeChoice,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import Mode
from coop_service.errors import InvalidInput


class VisitSchema(ValueSchema):
    """One visit to a stop."""

    value = Visit

    stop = Text(required=True)
    arrive_s = WholeNumber(required=True)
    start_s = WholeNumber(required=True)
    depart_s = WholeNumber(required=True)
    orders = ListOf(Text(), required=True)
    load_after = MapOf(Amount(), required=True)


class RestSchema(ValueSchema):
    """A rest after the service of a visit, or at the depot before the trip."""

    value = Rest

    after_stop = Text(required=True, allow_none=True)
    start_s = WholeNumber(required=True)
    duration_s = WholeNumber(required=True)
    kind = fields.Enum(RestKind, by_value=True, required=True)


class TripSchema(ValueSchema):
    """From one call at a depot to the next, with the visits between."""

    value = Trip

    depart_s = WholeNumber(required=True)
    return_s = WholeNumber(required=True)
    load_at_start = MapOf(Amount(), required=True)
    load_at_end = MapOf(Amount(), required=True)
    stops = ListOf(fields.Nested(VisitSchema), required=True)
    rests = ListOf(fields.Nested(RestSchema))


class RouteSchema(ValueSchema):
    """A vehicle's day."""

    value = Route

    vehicle = Text(required=True)
    depart_s = WholeNumber(required=True)
    return_s = WholeNumber(required=True)
    distance_m = WholeNumber(required=True)
    driving_s = WholeNumber(required=True)
    service_s = WholeNumber(required=True)
    waiting_s = WholeNumber(required=True)
    cost = Amount(required=True)
    trips = ListOf(fields.Nested(TripSchema), required=True)


class UnassignedSchema(ValueSchema):
    """An order that is left out, and why."""

    value = Unassigned

    order = Text(required=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    proved = Flag(required=True)
    detail = fields.String()
    cheapest_change = fields.String(allow_none=True)


class CostPartsSchema(ValueSchema):
    """The cost by its parts, in yuan; ``standing`` is written only where it is not 0."""

    value = CostParts
    left_out_empty = frozenset({"standing"})

    fixed = Amount()
    distance = Amount()
    time = Amount()
    overtime = Amount()
    dropped = Amount()
    standing = Amount()


class ModeChoiceSchema(ValueSchema):
    """The mode of a township, and what the other one would have cost."""

    value = ModeChoice

    relay = Text(required=True)
    mode = fields.Enum(Mode, by_value=True, required=True)
    other_mode_cost = Amount(allow_none=True)


class PlanSchema(ValueSchema):
    """A plan: routes, what is left out and why, costs and key figures."""

    value = Plan
    left_out_empty = frozenset({"modes"})

    name = Text(required=True)
    engine = Text(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    seconds = Amount(required=True)
    cost = Amount(required=True)
    cost_parts = fields.Nested(CostPartsSchema, required=True)
    routes = ListOf(fields.Nested(RouteSchema), required=True)
    split_stops = ListOf(Text())
    unassigned = ListOf(fields.Nested(UnassignedSchema))
    modes = ListOf(fields.Nested(ModeChoiceSchema))
    kpis = FreeObject()


_SCHEMA: Final = PlanSchema()


def read_plan(document: object) -> Plan:
    """The plan that a document holds.

    Only the form is judged here: whether the plan keeps the rules of its problem is for
    :mod:`coop_service.domain.verify` to say. What is absent and has a default in
    :class:`~coop_service.domain.plan.Plan` takes it.

    Raises:
        InvalidInput: with all faults of form (types, unknown and missing fields).
    """
    try:
        plan: Plan = _SCHEMA.load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput(find_faults(error.messages)) from error
    return plan


def write_plan(plan: Plan) -> dict[str, Any]:
    """The document of a plan."""
    document: dict[str, Any] = _SCHEMA.dump(plan)
    return document
