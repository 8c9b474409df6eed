"""The wire form of what may happen on a day: tables of TOML, or a JSON object.

What is absent takes the default of the values in
:mod:`coop_service.domain.simulation.scenario`. ``run`` and ``versions`` say how results were made;
they are read over here.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from coop_service.documents.fields import Amount, WholeNumber
from coop_service.documents.messages import find_faults
from coop_service.documents.schema import ValueSchema
from coop_service.domain.simulation.scenario import (
    Breakdowns,
    Closures,
    DayScenario,
    NoShows,
    Policy,
    ServiceNoise,
    TravelNoise,
)
from coop_service.errors import InvalidInput

MADE_BY: Final = ("run", "versions")
"""Tables of a folder of results that are not part of a scenario."""

_SIGMA: Final = validate.Range(0, 3)
_SHARE: Final = validate.Range(0, 1)
_NOT_NEGATIVE: Final = validate.Range(min=0)


class TravelNoiseSchema(ValueSchema):
    """Driving times."""

    value = TravelNoise
    mean_factor = Amount(validate=validate.Range(0.1, 10))
    day_sigma = Amount(validate=_SIGMA)
    hour_sigma = Amount(validate=_SIGMA)
    area_sigma = Amount(validate=_SIGMA)
    leg_sigma = Amount(validate=_SIGMA)


class ServiceNoiseSchema(ValueSchema):
    """Service times."""

    value = ServiceNoise
    sigma = Amount(validate=_SIGMA)


class NoShowsSchema(ValueSchema):
    """Stops found closed."""

    value = NoShows
    share = Amount(validate=_SHARE)
    found_s = WholeNumber(validate=validate.Range(0, 86_400))


class BreakdownsSchema(ValueSchema):
    """Vans that break down."""

    value = Breakdowns
    per_1000_driving_h = Amount(validate=_NOT_NEGATIVE)
    repair_mean_s = Amount(validate=validate.Range(0, 864_000))
    repair_sigma = Amount(validate=_SIGMA)
    day_lost_share = Amount(validate=_SHARE)


class ClosuresSchema(ValueSchema):
    """Closed roads."""

    value = Closures
    per_1000_km = Amount(validate=_NOT_NEGATIVE)
    detour_factor = Amount(validate=validate.Range(1, 100))


class PolicySchema(ValueSchema):
    """How vans take it."""

    value = Policy
    left_out = ValueSchema.left_out | {"skip_later_than_s"}
    skip_later_than_s = WholeNumber(validate=_NOT_NEGATIVE, allow_none=True)
    branch_patience_s = WholeNumber(validate=validate.Range(0, 864_000))
    trunk_patience_s = WholeNumber(validate=validate.Range(0, 864_000))


class DayScenarioSchema(ValueSchema):
    """What may happen on a day."""

    value = DayScenario
    travel = fields.Nested(TravelNoiseSchema)
    service = fields.Nested(ServiceNoiseSchema)
    no_shows = fields.Nested(NoShowsSchema)
    breakdowns = fields.Nested(BreakdownsSchema)
    closures = fields.Nested(ClosuresSchema)
    policy = fields.Nested(PolicySchema)


def read_day_scenario(document: dict[str, Any]) -> DayScenario:
    """The scenario of a document.

    Raises:
        InvalidInput: with every fault and its pointer.
    """
    asked = {name: value for name, value in document.items() if name not in MADE_BY}
    try:
        scenario: DayScenario = DayScenarioSchema().load(asked)
    except ValidationError as error:
        raise InvalidInput(find_faults(error.messages)) from error
    return scenario


def write_day_scenario(scenario: DayScenario) -> dict[str, Any]:
    """The document of a scenario, every figure written out."""
    document: dict[str, Any] = DayScenarioSchema().dump(scenario)
    return document
