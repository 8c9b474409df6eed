"""What is told of changes by hand, as documents: costs, violations, places, comparisons."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from coop_service.documents.edits import AnyChangeSchema, write_changes
from coop_service.documents.plan import CostPartsSchema, RouteSchema, UnassignedSchema
from coop_service.documents.violation import ViolationSchema
from coop_service.domain.edits import Checked, Insertion, PlanComparison
from coop_service.domain.edits.outcome import InsertPlace
from coop_service.domain.plan import CostParts, Route
from coop_service.domain.verify import Violation

_M_PER_KM: Final = 1000
_S_PER_MIN: Final = 60


class FoundViolationSchema(ViolationSchema):
    """One thing that a plan breaks. ``is_new``: the base plan does not break it there."""

    is_new = fields.Boolean()


class BeforeAfterSchema(Schema):
    """A figure before and after."""

    before = fields.Float(allow_none=True)
    after = fields.Float(allow_none=True)


class LocksSchema(Schema):
    """What is locked: stops to their vehicle, beginnings of days, whole vehicles."""

    stops = fields.Dict(fields.String(), fields.String())
    prefixes = fields.Dict(fields.String(), fields.List(fields.String()))
    vehicles = fields.Dict(fields.String(), fields.List(fields.String()))


class CheckedSchema(Schema):
    """A plan after changes: what it costs, what it breaks, and what is different."""

    ok = fields.Boolean(metadata={"description": "no violation at all / 没有任何违规"})
    cost = fields.Float(metadata={"description": "yuan, after the changes"})
    cost_before = fields.Float()
    cost_difference = fields.Float(metadata={"description": "yuan more than before"})
    cost_parts = fields.Nested(CostPartsSchema)
    cost_parts_difference = fields.Nested(CostPartsSchema)
    violations = fields.List(fields.Nested(FoundViolationSchema))
    key_figures = fields.Dict(
        fields.String(),
        fields.Nested(BeforeAfterSchema),
        metadata={"description": "those that changed / 有变化的关键指标"},
    )
    routes = fields.List(
        fields.Nested(RouteSchema), metadata={"description": "those that changed / 有变化的线路"}
    )
    idle_vehicles = fields.List(
        fields.String(), metadata={"description": "that no longer leave / 不再出车的车辆"}
    )
    plainly_timed = fields.List(
        fields.String(),
        metadata={
            "description": "按顺序直接推算时刻的车辆(违规,或在中转站等货) / timed by driving on: "
            "their visits break a rule, or they wait at a hub"
        },
    )
    unassigned = fields.List(fields.Nested(UnassignedSchema))
    locks = fields.Nested(LocksSchema)


class InsertPlaceSchema(Schema):
    """A place with its price. ``before_stop``, ``after_stop`` null: the depot."""

    vehicle = fields.String()
    positions = fields.List(fields.Integer())
    joins = fields.List(fields.Boolean())
    trip = fields.Integer()
    before_stop = fields.String(allow_none=True)
    after_stop = fields.String(allow_none=True)
    extra_yuan = fields.Float()
    extra_km = fields.Float()
    extra_min = fields.Float()
    arrive_s = fields.Integer()
    start_s = fields.Integer()
    changes = fields.List(
        fields.Nested(AnyChangeSchema),
        metadata={"description": "可直接提交的改动 / ready to be sent"},
    )


class RefusalSchema(Schema):
    """A vehicle without any place, the rule that forbids it, and what would let it in."""

    vehicle = fields.String()
    rule = fields.String()
    detail = fields.String(metadata={"description": "what is missed, by how much"})
    change = fields.String(allow_none=True)
    price_yuan = fields.Float(allow_none=True)


class ServedBySchema(Schema):
    """Who serves an order now."""

    vehicle = fields.String()
    position = fields.Integer()
    yuan = fields.Float(
        allow_none=True, metadata={"description": "what the visit adds to the vehicle's day"}
    )


class InsertionSchema(Schema):
    """Places of what one visit serves (of a transfer: of both ends)."""

    orders = fields.List(fields.String())
    stops = fields.List(fields.String())
    now = fields.Nested(ServedBySchema, allow_none=True)
    places = fields.List(fields.Nested(InsertPlaceSchema))
    place_count = fields.Integer(metadata={"description": "in all / 可行位置总数"})
    refused = fields.List(fields.Nested(RefusalSchema))


class InsertionsSchema(Schema):
    """Where an order would fit; over a hub each of its legs has an entry."""

    order = fields.String()
    parts = fields.List(fields.Nested(InsertionSchema))


class ServiceTimeSchema(Schema):
    """Where and when an order is served."""

    vehicle = fields.String()
    position = fields.Integer()
    stop = fields.String()
    start_s = fields.Integer()


class OrderDifferenceSchema(Schema):
    """An order that two plans treat differently."""

    order = fields.String()
    difference = fields.String(metadata={"enum": ["added", "dropped", "moved", "retimed"]})
    before = fields.List(fields.Nested(ServiceTimeSchema))
    after = fields.List(fields.Nested(ServiceTimeSchema))
    shift_s = fields.Integer(allow_none=True)


class RouteSumsSchema(Schema):
    """A vehicle's day in figures."""

    cost = fields.Float()
    distance_m = fields.Integer()
    depart_s = fields.Integer()
    return_s = fields.Integer()
    stops = fields.List(fields.String())


class RouteDifferenceSchema(Schema):
    """A vehicle's day that two plans have differently; null: it stays at home."""

    vehicle = fields.String()
    difference = fields.String(metadata={"enum": ["added", "dropped", "changed", "retimed"]})
    before = fields.Nested(RouteSumsSchema, allow_none=True)
    after = fields.Nested(RouteSumsSchema, allow_none=True)
    added_stops = fields.List(fields.String())
    dropped_stops = fields.List(fields.String())


class ComparisonSchema(Schema):
    """What differs from one version to another; costs in yuan, the other less the one."""

    cost = fields.Float()
    cost_parts = fields.Nested(CostPartsSchema)
    vehicles = fields.List(fields.Nested(RouteDifferenceSchema))
    orders = fields.List(fields.Nested(OrderDifferenceSchema))


_ROUTE: Final = RouteSchema()
_UNASSIGNED: Final = UnassignedSchema()
_COMPARISON: Final = ComparisonSchema()


def write_checked(checked: Checked) -> dict[str, Any]:
    """What changes cost and break."""
    after, verdict = checked.after, checked.verdict
    return {
        "ok": verdict.ok,
        "cost": after.cost,
        "cost_before": checked.before.cost,
        "cost_difference": round(after.cost - checked.before.cost, 2) + 0.0,
        "cost_parts": _parts(after.cost_parts),
        "cost_parts_difference": _parts(checked.cost_difference),
        "violations": [
            write_violation(one) | {"is_new": checked.is_new(one)} for one in verdict.violations
        ],
        "key_figures": {
            name: {"before": before, "after": now}
            for name, (before, now) in checked.changed_figures.items()
        },
        "routes": [_ROUTE.dump(route) for route in checked.changed_routes],
        "idle_vehicles": list(checked.idle_vehicles),
        "plainly_timed": sorted(checked.plainly_timed),
        "unassigned": [_UNASSIGNED.dump(left_out) for left_out in after.unassigned],
        "locks": checked.locks.to_document(),
    }


def write_violation(violation: Violation) -> dict[str, Any]:
    """One thing that is wrong with a plan."""
    return {
        "rule": violation.rule,
        "message": violation.message,
        "amount": violation.amount,
        "unit": violation.unit,
        "vehicle": violation.vehicle,
        "stop": violation.stop,
        "order": violation.order,
    }


def write_insertions(order: str, insertions: tuple[Insertion, ...]) -> dict[str, Any]:
    """Where an order would fit."""
    return {"order": order, "parts": [_insertion(one) for one in insertions]}


def write_comparison(comparison: PlanComparison) -> dict[str, Any]:
    """What differs between two plans."""
    document: dict[str, Any] = _COMPARISON.dump(
        {
            "cost": comparison.cost,
            "cost_parts": comparison.cost_parts,
            "vehicles": [
                {
                    "vehicle": one.vehicle,
                    "difference": one.difference.value,
                    "before": _sums(one.before),
                    "after": _sums(one.after),
                    "added_stops": one.added_stops,
                    "dropped_stops": one.dropped_stops,
                }
                for one in comparison.routes
            ],
            "orders": comparison.orders,
        }
    )
    return document


def _parts(parts: CostParts) -> dict[str, float]:
    names = ("fixed", "distance", "time", "overtime", "dropped", "standing")
    values = {name: getattr(parts, name) for name in names}
    return {name: yuan for name, yuan in values.items() if yuan or name != "standing"}


def _insertion(insertion: Insertion) -> dict[str, Any]:
    now = None
    if insertion.now is not None:
        vehicle, position = insertion.now
        now = {"vehicle": vehicle, "position": position, "yuan": insertion.now_yuan}
    return {
        "orders": list(insertion.orders),
        "stops": list(insertion.stops),
        "now": now,
        "places": [_place(place) for place in insertion.places],
        "place_count": insertion.place_count,
        "refused": [
            {
                "vehicle": one.vehicle,
                "rule": one.rule,
                "detail": one.detail,
                "change": one.change,
                "price_yuan": one.price_yuan,
            }
            for one in insertion.refusals
        ],
    }


def _place(place: InsertPlace) -> dict[str, Any]:
    return {
        "vehicle": place.vehicle,
        "positions": list(place.positions),
        "joins": list(place.joins),
        "trip": place.trip,
        "before_stop": place.before_stop,
        "after_stop": place.after_stop,
        "extra_yuan": place.extra_yuan,
        "extra_km": round(place.extra_m / _M_PER_KM, 3),
        "extra_min": round(place.extra_s / _S_PER_MIN, 1),
        "arrive_s": place.arrive_s,
        "start_s": place.start_s,
        "changes": write_changes(place.changes),
    }


def _sums(route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    return {
        "cost": route.cost,
        "distance_m": route.distance_m,
        "depart_s": route.depart_s,
        "return_s": route.return_s,
        "stops": [visit.stop for visit in route.visits],
    }
