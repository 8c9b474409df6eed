"""What papers print beside the plan itself: who and where, which plan, when printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from coop_service.domain.network import Network
from coop_service.domain.problem import Load
from coop_service.domain.records import Site, Tier, Van


class PaperKind(StrEnum):
    """Which papers; the value is the wire name, ``zh`` and ``en`` what people read."""

    DISPATCH = "dispatch"
    LOADING = "loading"
    HANDOVER = "handover"
    LABELS = "labels"

    @property
    def zh(self) -> str:
        """The Chinese name."""
        return {
            "dispatch": "派车单",
            "loading": "装车单",
            "handover": "交接单",
            "labels": "标签页",
        }[self.value]

    @property
    def en(self) -> str:
        """The English name."""
        return {
            "dispatch": "Dispatch sheet",
            "loading": "Loading list",
            "handover": "Hub handover sheet",
            "labels": "Lot labels",
        }[self.value]

    @property
    def prefix(self) -> str:
        """First letters of the sheets' numbers: of the Chinese name in pinyin."""
        return {"dispatch": "PC", "loading": "ZC", "handover": "JJ", "labels": "BQ"}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """A site as papers name it; what is not known is empty."""

    name: str
    township: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class VehicleNote:
    """A vehicle as papers name it; what is not known is empty and is filled in by hand."""

    name: str = ""
    plate: str = ""
    plate_colour: str = ""
    driver: str = ""
    phone: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class PaperContext:
    """What papers print beside the plan.

    Attributes:
        plan: id of the plan.
        version: of the plan among those of its day.
        date: the day.
        county: name of the county.
        printed_at: local time of printing.
        state: where the plan stands in its life, as the service names it; empty: not told.
        address: address of the plan's papers over HTTP; empty: codes carry a text instead.
        sites: places by site code, in place of what the problem itself says.
        vehicles: notes by vehicle id, likewise.
        driver_pages: addresses of the drivers' pages by vehicle id; where there is none, none is
            printed.
        synthetic_roads: distances are those of a synthetic road network.
    """

    plan: str
    version: int
    date: dt.date
    county: str
    printed_at: dt.datetime
    state: str = ""
    address: str = ""
    sites: Mapping[str, Place] = field(default_factory=dict)
    vehicles: Mapping[str, VehicleNote] = field(default_factory=dict)
    driver_pages: Mapping[str, str] = field(default_factory=dict)
    synthetic_roads: bool = False


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands at the head of every sheet.

    Attributes:
        number: of the sheet, unique among those of its plan.
        code: text of the sheet's QR code.
        driver_page: text of a second one, for the driver's phone; empty: there is none.
        vehicle: id of the vehicle; of a hub's sheet empty.
        hub: where goods change vehicles; of a vehicle's sheet None.
        capacity: of the vehicle.
    """

    kind: PaperKind
    number: str
    code: str
    plan: str
    version: int
    state: str
    date: dt.date
    county: str
    printed_at: dt.datetime
    synthetic_roads: bool
    driver_page: str = ""
    vehicle: str = ""
    note: VehicleNote = VehicleNote()
    line: str = ""
    capacity: Load = field(default_factory=dict)
    hub: Place | None = None


def places_of(network: Network) -> dict[str, Place]:
    """Every site of a network as a place; a village's township is the station that it is under."""
    return {code: _place(network, site) for code, site in network.sites.items()}


def notes_of(fleet: Iterable[Van]) -> dict[str, VehicleNote]:
    """Every van as papers name it; colour, driver, phone and line stand in its ``custom``."""
    return {
        van.code: note_of({**(van.custom or {}), "name": van.name, "plate": van.plate})
        for van in fleet
    }


def note_of(custom: Mapping[str, Any]) -> VehicleNote:
    """The note that a vehicle's ``custom`` holds."""
    names = ("name", "plate", "plate_colour", "driver", "phone", "line")
    return VehicleNote(**{name: text_of(custom, name) for name in names})


def text_of(custom: Mapping[str, Any], name: str) -> str:
    """An entry as text; empty where there is none."""
    value = custom.get(name)
    return "" if value is None else str(value)


def _place(network: Network, site: Site) -> Place:
    township = ""
    if site.tier is Tier.VILLAGE_POINT and site.parent is not None:
        township = network.sites[site.parent].name
    custom = site.custom or {}
    return Place(site.name, township, text_of(custom, "contact"), text_of(custom, "phone"))
