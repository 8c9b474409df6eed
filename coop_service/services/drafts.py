"""Records as somebody sent them: read as far as they can be, with the faults of the rest.

What could be read is judged even where some of it could not, so that all faults are told at once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from coop_service.domain.problem import Direction
from coop_service.domain.records import CoordKind, DayOrder, Road, Site, Tier, Van, VehicleSize
from coop_service.errors import Fault

Record = TypeVar("Record", Site, Road, Van, DayOrder)


@dataclass(frozen=True, slots=True)
class Draft:
    """One record of a request.

    Attributes:
        values: the fields that could be read; an absent one takes the record's own default.
        faults: what could not be read, with pointers into the whole request.
        unread: names of the fields at fault; nothing that depends on them can be judged.
        where: pointer of the record within the request.
    """

    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    unread: frozenset[str] = frozenset()
    where: str = ""

    def as_record(self, kind: type[Record]) -> Record:
        """The record, for judging: a field that could not be read has a stand-in."""
        stand_ins = {name: v for name, v in _STAND_INS[kind].items() if name in self.unread}
        return kind(**(stand_ins | dict(self.values)))

    def fault(self, field: str, code: str, message: str) -> Fault:
        """A fault of one of its fields."""
        return Fault(f"{self.where}/{field}", code, message)


# A position that is no number keeps the roads that end there from being judged by it.
_STAND_INS: Final[Mapping[type, Mapping[str, Any]]] = {
    Site: {
        "code": "",
        "name": "",
        "tier": Tier.GATEWAY,
        "kind": "",
        "parent": None,
        "lon": math.nan,
        "lat": math.nan,
        "coord_kind": CoordKind.SYNTHETIC,
        "population": 0,
        "population_kind": "",
        "open_s": 0,
        "close_s": 1,
        "service_mode": None,
        "source": "",
    },
    Road: {
        "u": "",
        "v": "",
        "road_class": "",
        "length_m": 10**9,
        "speed_kmh": 1.0,
        "largest_vehicle": VehicleSize.TRUCK,
        "winter_factor": 1.0,
        "synthetic": True,
        "source": "",
    },
    Van: {
        "code": "",
        "name": "",
        "size": VehicleSize.MICRO,
        "kind": "",
        "plate": "",
        "home": "",
        "payload_kg": 1.0,
        "volume_m3": 1.0,
        "temperatures": ("",),
        "tags": (),
        "shift_start_s": 0,
        "shift_end_s": 10**9,
        "fixed_yuan": 0.0,
        "per_km_yuan": 0.0,
        "per_hour_yuan": 0.0,
    },
    DayOrder: {
        "key": "",
        "date": dt.date.min,
        "direction": Direction.OUTBOUND,
        "site": "",
        "depot": "",
        "weight_kg": 0.0,
        "volume_m3": 0.0,
        "pieces": 0,
        "goods_class": "",
    },
}
