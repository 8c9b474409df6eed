"""Vehicles from the rows of a sheet."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import Any, Final

from coop_service.domain.problem import AMBIENT
from coop_service.domain.records import Van, VehicleSize
from coop_service.domain.sheets.cells import key_of
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_matching import NoSite, SiteIndex
from coop_service.errors import both

DEFAULT_COSTS_YUAN: Final = {
    VehicleSize.MICRO: {"fixed_yuan": 60.0, "per_km_yuan": 0.55, "per_hour_yuan": 25.0},
    VehicleSize.VAN: {"fixed_yuan": 100.0, "per_km_yuan": 0.35, "per_hour_yuan": 25.0},
    VehicleSize.TRUCK: {"fixed_yuan": 140.0, "per_km_yuan": 1.20, "per_hour_yuan": 25.0},
}
"""Costs of a new vehicle that states none; assumptions, as those of the default fleet."""

NEEDED: Final = ("plate", "size", "kind", "home", "payload_kg", "volume_m3")

_STAND_INS: Final[dict[str, Any]] = {
    "plate": "",
    "size": VehicleSize.MICRO,
    "kind": "",
    "home": "",
    "payload_kg": 1.0,
    "volume_m3": 1.0,
    "shift_start_s": 0,
    "shift_end_s": 1,
}

_OWN: Final = frozenset(field.name for field in dataclasses.fields(Van)) - {"code", "custom"}

_DEFAULTS: Final = {
    field.name: field.default
    for field in dataclasses.fields(Van)
    if field.default is not dataclasses.MISSING
} | {"temperatures": (AMBIENT,), "tags": ()}


class Fleet:
    """The county's vehicles, to be found by code or plate."""

    def __init__(self, vans: Iterable[Van]) -> None:
        """Index the vehicles."""
        self.by_code = {van.code: van for van in vans}
        self.by_plate = {plate_key(van.plate): van for van in self.by_code.values()}


def plate_key(plate: str) -> str:
    """A plate as it is compared: without dots, dashes and blanks."""
    return re.sub(r"[·•・.\-—]", "", key_of(plate))


def find_van(row: SheetRow, fleet: Fleet) -> Van | None:
    """The stored vehicle that a row means: that of its code, else that of its plate.

    A row with a code may change the plate, unless another vehicle has it.
    """
    code, plate = row.values.get("code"), row.values.get("plate")
    of_plate = None if plate is None else fleet.by_plate.get(plate_key(plate))
    if code is None:
        return of_plate
    if of_plate is not None and of_plate.code != code:
        wrong = both(
            f"车牌 {plate} 已属于车辆 {of_plate.code}",
            f"the plate {plate} is that of vehicle {of_plate.code}",
        )
        row.tell("plate", "duplicate_plate", wrong, both("另一车牌", "another plate"))
    return fleet.by_code.get(code)


def make_van(row: SheetRow, stored: Van | None, index: SiteIndex) -> Van:
    """The vehicle that a row makes of what is stored: an empty cell leaves that as it is.

    What a new one lacks is told at the row, and has a stand-in in the vehicle.
    """
    values = dict(row.values)
    if (shift := values.pop("shift_s", None)) is not None:
        values["shift_start_s"], values["shift_end_s"] = shift
    if values.get("home") is not None:
        try:
            values["home"] = index.find(values["home"], "home").code
        except NoSite as error:
            row.tell("home", error.code, error.wrong, error.right)
            del values["home"]
    given = {name: v for name, v in values.items() if name in _OWN}
    cleared = [name for name, v in given.items() if v is None]
    for name in cleared:
        del given[name]
        if name in _DEFAULTS:
            given[name] = _DEFAULTS[name]
    if any(name in given for name in DEFAULT_COSTS_YUAN[VehicleSize.VAN]):
        given["default_costs"] = False
    if stored is not None:
        # A plate that is only written in another way is the same.
        if plate_key(given.get("plate", "")) == plate_key(stored.plate):
            given["plate"] = stored.plate
        return dataclasses.replace(stored, **given)
    for name in NEEDED:
        if name not in given and name not in row.unread:
            row.lacks(name)
    for name in ("shift_start_s", "shift_end_s"):
        if name not in given and not row.unread & {name, "shift_s"}:
            row.lacks(name if row.layout.place(name) else "shift_s")
            row.unread.add(name)
    size = given.get("size", VehicleSize.MICRO)
    code = values.get("code") or given.get("plate", "")
    whole = {**_DEFAULTS, **_STAND_INS, **DEFAULT_COSTS_YUAN[size], "name": code, **given}
    return Van(code=code, **whole)
