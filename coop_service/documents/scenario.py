"""The scenario document, as ``scenario.toml`` holds it; faults are told by their TOML path.

Times of day are TOML local times or ``"HH:MM"``; what is absent takes the default of the value in
:mod:`coop_service.domain.scenarios.scenario`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from coop_service.documents.fields import Amount, ListOf, MapOf, Text, WholeNumber
from coop_service.documents.messages import CodedMessage, find_faults, shown
from coop_service.documents.schema import DataclassSchema
from coop_service.domain.problem import ModeSetting
from coop_service.domain.records import Tier
from coop_service.domain.scenarios.scenario import (
    ChangeKind,
    Demand,
    FleetChange,
    FleetChangeKind,
    Scenario,
    Search,
    StationChange,
)
from coop_service.errors import Fault, InvalidInput

MOST_DAYS: Final = 1000
_POSITIVE: Final = validate.Range(min=0, min_inclusive=False)
_TIERS: Final = {"station": Tier.STATION, "village_point": Tier.VILLAGE_POINT}
_S_PER_MIN: Final = 60


class Clock(fields.Field[int]):
    """A time of day as seconds after midnight."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if isinstance(value, dt.time):
            return value.hour * 3600 + value.minute * _S_PER_MIN + value.second
        match = isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", value)
        if not match:
            raise ValidationError(
                CodedMessage(
                    "not_a_time",
                    f'应为时刻,如 "07:00",收到 {shown(value)}',
                    f'must be a time of day such as "07:00", got {shown(value)}',
                )
            )
        return int(match[1]) * 3600 + int(match[2]) * _S_PER_MIN

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value // 3600:02d}:{value % 3600 // _S_PER_MIN:02d}"


class Day(fields.Date):
    """A date: TOML's own, or ``"YYYY-MM-DD"``."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if type(value) is dt.date:
            return value
        return super()._deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return value


class TierName(fields.Field[Tier]):
    """``station`` or ``village_point``."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Tier:
        if not isinstance(value, str) or value not in _TIERS:
            raise ValidationError(
                CodedMessage(
                    "unknown_choice",
                    f"应为 {'、'.join(_TIERS)} 之一,收到 {shown(value)}",
                    f"must be one of {', '.join(_TIERS)}, got {shown(value)}",
                )
            )
        return _TIERS[value]

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return next((name for name, tier in _TIERS.items() if tier is value), None)


class StationChangeSchema(DataclassSchema):
    """One ``[[station]]``."""

    value = StationChange

    change = fields.Enum(ChangeKind, by_value=True, required=True)
    site = Text(required=True)
    name = Text()
    lon = Amount(validate=validate.Range(-180, 180))
    lat = Amount(validate=validate.Range(-90, 90))
    tier = TierName()
    parent = Text()
    population = WholeNumber(validate=validate.Range(min=0))
    road_to = Text()
    road_km = Amount(validate=_POSITIVE)
    open_s = Clock(data_key="open")
    close_s = Clock(data_key="close")
    floor_m3 = Amount(validate=_POSITIVE)
    catchment_min = Amount(validate=validate.Range(min=0))


class FleetChangeSchema(DataclassSchema):
    """One ``[[fleet]]``."""

    value = FleetChange

    change = fields.Enum(FleetChangeKind, by_value=True, required=True)
    vans = ListOf(Text())
    like = Text()
    count = WholeNumber(validate=validate.Range(1, 1000))
    home = Text()


class DemandSchema(DataclassSchema):
    """``[demand]``."""

    value = Demand

    days = WholeNumber(validate=validate.Range(1, MOST_DAYS))
    seed = WholeNumber(validate=validate.Range(min=0))
    first = Day()
    level = Amount(validate=_POSITIVE)


class SearchSchema(DataclassSchema):
    """``[search]``: iterations or seconds."""

    value = Search

    iterations = WholeNumber(validate=validate.Range(min=1))
    seconds = Amount(validate=_POSITIVE)
    seed = WholeNumber(validate=validate.Range(min=0))
    threads = WholeNumber(validate=validate.Range(1, 256))
    plain_plans = WholeNumber(validate=validate.Range(min=1))

    @validates_schema
    def one_of_two(self, data: dict[str, Any], **_: Any) -> None:
        """Hook of marshmallow: iterations and seconds exclude each other."""
        if "iterations" in data and "seconds" in data:
            raise ValidationError(
                CodedMessage(
                    "either_or",
                    "iterations 与 seconds 只能选一个",
                    "give either iterations or seconds",
                ),
                "seconds",
            )

    def build(self, members: dict[str, Any]) -> Search:
        """The search; seconds leave no rounds to count."""
        if "seconds" in members:
            members = {"iterations": None, **members}
        return Search(**members)


class NetworkPartSchema(Schema):
    """``[network]``."""

    folder = Text(required=True)
    county = Text(required=True)


class ScenarioSchema(Schema):
    """The document."""

    name = Text(required=True)
    date = Day(required=True)
    network = fields.Nested(NetworkPartSchema, required=True)
    standard_min = Amount(validate=validate.Range(min=0))
    station = ListOf(fields.Nested(StationChangeSchema))
    fleet = ListOf(fields.Nested(FleetChangeSchema))
    modes = MapOf(fields.Enum(ModeSetting, by_value=True))
    demand = fields.Nested(DemandSchema)
    search = fields.Nested(SearchSchema)
    versions = MapOf(Text())

    @post_load
    def make(self, members: dict[str, Any], **_: Any) -> Scenario:
        """Hook of marshmallow. The versions say how results came about and are not read back."""
        members.pop("versions", None)
        network = members.pop("network")
        stations, fleet = members.pop("station", ()), members.pop("fleet", ())
        return Scenario(
            network=network["folder"],
            county=network["county"],
            stations=stations,
            fleet=fleet,
            **members,
        )


_SCHEMA: Final = ScenarioSchema()


def read_scenario(document: object) -> Scenario:
    """The scenario of a document that TOML was read into.

    Raises:
        InvalidInput: with all faults of form; pointers are TOML paths, e.g. ``station[1].lon``.
    """
    try:
        scenario: Scenario = _SCHEMA.load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput(toml_faults(find_faults(error.messages), document)) from error
    return scenario


def write_scenario(scenario: Scenario) -> dict[str, Any]:
    """The document of a scenario, complete but for what is None."""
    document = _SCHEMA.dump(
        {
            "name": scenario.name,
            "date": scenario.date,
            "network": {"folder": scenario.network, "county": scenario.county},
            "standard_min": scenario.standard_min,
            "station": scenario.stations,
            "fleet": scenario.fleet,
            "modes": scenario.modes,
            "demand": scenario.demand,
            "search": scenario.search,
        }
    )
    written: dict[str, Any] = without_none(document)
    return written


def toml_faults(faults: Iterable[Fault], document: object) -> tuple[Fault, ...]:
    """The faults of a document with TOML paths in place of JSON pointers."""
    return tuple(Fault(_toml_path(f.pointer, document), f.code, f.message) for f in faults)


def _toml_path(json_pointer: str, document: object) -> str:
    path, holder = "", document
    for part in json_pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(holder, list) and name.isdecimal():
            path += f"[{name}]"
            holder = holder[int(name)]
        else:
            path += f".{name}"
            holder = holder.get(name) if isinstance(holder, dict) else None
    return path.removeprefix(".")


def without_none(value: Any) -> Any:
    """The value without members that are None, on all levels: TOML has no null."""
    if isinstance(value, dict):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_none(item) for item in value]
    return value
