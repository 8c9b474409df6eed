"""The handover lists of a plan: what changes vehicles at each hub, hour by hour."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from coop_service.domain.handovers import Handover, find_handovers, list_by_hour
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.relay import chosen_modes

_S_PER_HOUR: Final = 3600


class GoodsSchema(Schema):
    """How much is handed over."""

    orders = fields.Integer()
    pieces = fields.Float()
    weight_kg = fields.Float()


class HandoverSchema(Schema):
    """An order that changes vehicles; times are seconds after midnight, null: not today."""

    order = fields.String()
    direction = fields.Enum(Direction, by_value=True)
    load = fields.Dict(fields.String(), fields.Float())
    brought_by = fields.String(attribute="brought.vehicle")
    arrived_s = fields.Integer()
    sorted_s = fields.Integer()
    taken_by = fields.String(attribute="taken.vehicle", allow_none=True, dump_default=None)
    left_s = fields.Integer(allow_none=True)


class HubHourSchema(Schema):
    """What one direction's goods do at a hub in the hour from ``from_s``."""

    from_s = fields.Integer()
    direction = fields.Enum(Direction, by_value=True)
    arriving = fields.Nested(GoodsSchema)
    leaving = fields.Nested(GoodsSchema)
    arriving_orders = fields.List(fields.Nested(HandoverSchema))
    leaving_orders = fields.List(fields.Nested(HandoverSchema))


class HubListSchema(Schema):
    """The handovers of one hub by hour and direction; idle hours are left out."""

    hub = fields.String()
    name = fields.String(allow_none=True, metadata={"description": "站名 / name of the station"})
    hours = fields.List(fields.Nested(HubHourSchema))


class HandoverListsSchema(Schema):
    """The handover lists of a plan."""

    hubs = fields.List(fields.Nested(HubListSchema))


_SCHEMA: Final = HandoverListsSchema()


def write_handovers(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The handover lists of a plan as a document; no hubs, no lists.

    Args:
        problem: a problem, with or without hubs.
        plan: one that answers it.
    """
    handovers = find_handovers(problem, chosen_modes(plan), plan.routes)
    hours = list_by_hour(handovers)
    document: dict[str, Any] = _SCHEMA.dump(
        {
            "hubs": [
                {
                    "hub": hub.depot,
                    "name": (hub.custom or {}).get("name"),
                    "hours": [
                        {
                            "from_s": hour.from_s,
                            "direction": hour.direction,
                            "arriving": hour.arriving,
                            "leaving": hour.leaving,
                            "arriving_orders": _in_hour(
                                handovers, hub.depot, hour.direction, hour.from_s, "arrived_s"
                            ),
                            "leaving_orders": _in_hour(
                                handovers, hub.depot, hour.direction, hour.from_s, "left_s"
                            ),
                        }
                        for hour in hours
                        if hour.hub == hub.depot
                    ],
                }
                for hub in problem.hubs
            ]
        }
    )
    return document


def _in_hour(
    handovers: tuple[Handover, ...], hub: str, direction: Direction, from_s: int, when: str
) -> list[Handover]:
    """Those of a hub and direction that arrive, or leave, in an hour, in the sequence of times."""
    found = [
        one
        for one in handovers
        if (one.hub, one.direction) == (hub, direction)
        and getattr(one, when) is not None
        and from_s <= getattr(one, when) < from_s + _S_PER_HOUR
    ]
    return sorted(found, key=lambda one: (getattr(one, when), one.order))
