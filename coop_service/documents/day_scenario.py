"""The wire form of what may happen on a day: tables of TOML, or a JSON object.

What is absent takes the default of the values in
:mod:`coop_service.domain.simulation.scenario`. ``run`` and ``versions`` say how results were made:
of them the days and the seed of ``run`` are read.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from coop_service.documents.fields import Amount, WholeNumber
from coop_service.documents.messages import find_faults
from coop_service.documents.schema import DataclassSchema, ValueSchema
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

FEWEST_DAYS: Final = 2
MOST_DAYS: Final = 100_000

_SIGMA: Final = validate.Range(0, 3)
_SHARE: Final = validate.Range(0, 1)
_NOT_NEGATIVE: Final = validate.Range(min=0)


class TravelNoiseSchema(DataclassSchema):
    """Driving times."""

    value = TravelNoise
    mean_factor = Amount(validate=validate.Range(0.1, 10))
    day_sigma = Amount(validate=_SIGMA)
    hour_sigma = Amount(validate=_SIGMA)
    area_sigma = Amount(validate=_SIGMA)
    leg_sigma = Amount(validate=_SIGMA)


class ServiceNoiseSchema(DataclassSchema):
    """Service times."""

    value = ServiceNoise
    sigma = Amount(validate=_SIGMA)


class NoShowsSchema(DataclassSchema):
    """Stops found closed."""

    value = NoShows
    share = Amount(validate=_SHARE)
    found_s = WholeNumber(validate=validate.Range(0, 86_400))


class BreakdownsSchema(DataclassSchema):
    """Vans that break down."""

    value = Breakdowns
    per_1000_driving_h = Amount(validate=_NOT_NEGATIVE)
    repair_mean_s = Amount(validate=validate.Range(0, 864_000))
    repair_sigma = Amount(validate=_SIGMA)
    day_lost_share = Amount(validate=_SHARE)


class ClosuresSchema(DataclassSchema):
    """Closed roads."""

    value = Closures
    per_1000_km = Amount(validate=_NOT_NEGATIVE)
    detour_factor = Amount(validate=validate.Range(1, 100))


class PolicySchema(DataclassSchema):
    """How vans take it."""

    value = Policy
    left_out = frozenset({"skip_later_than_s"})
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


class RunSchema(Schema):
    """How results were made; what else a run was asked is not read."""

    class Meta:
        """Marshmallow's options."""

        unknown = EXCLUDE

    days = WholeNumber(validate=validate.Range(FEWEST_DAYS, MOST_DAYS))
    seed = WholeNumber(validate=_NOT_NEGATIVE)


class DayFileSchema(DayScenarioSchema):
    """The ``scenario.toml`` of a folder of results, or one written by hand."""

    run = fields.Nested(RunSchema)

    def build(self, members: dict[str, Any]) -> tuple[DayScenario, dict[str, int]]:
        """The scenario, and what is known of the run."""
        run = members.pop("run", {})
        return super().build(members), run


def read_day_scenario(document: dict[str, Any]) -> tuple[DayScenario, dict[str, int]]:
    """The scenario of a document, and ``days`` and ``seed`` as far as its ``run`` says them.

    Raises:
        InvalidInput: with every fault and its pointer.
    """
    asked = {name: value for name, value in document.items() if name != "versions"}
    try:
        read: tuple[DayScenario, dict[str, int]] = DayFileSchema().load(asked)
    except ValidationError as error:
        raise InvalidInput(find_faults(error.messages)) from error
    return read


def write_day_scenario(scenario: DayScenario) -> dict[str, Any]:
    """The document of a scenario, every figure written out."""
    document: dict[str, Any] = DayScenarioSchema().dump(scenario)
    return document
