"""The coverage report of a stored county: gather its network and plans, measure, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from sqlmodel import Session

from coop_service.domain.coverage import Thresholds
from coop_service.domain.network import Network
from coop_service.domain.reports import (
    CoverageOptions,
    Definition,
    Report,
    ServiceDay,
    ServicePeriod,
    Text,
    coverage_definitions,
    coverage_section,
    first_day,
)
from coop_service.domain.reports.coverage import TITLE
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.files.geojson import attributions
from coop_service.services.counties import county_name
from coop_service.settings import Settings
from coop_service.store.plan_days import (
    find_plans_of_days,
    load_order_sites,
    load_plan_documents,
)
from coop_service.store.queries import load_network
from coop_service.store.tables import utc_now

_THRESHOLDS: Final = tuple(field.name for field in fields(Thresholds))
_OTHERS: Final = ("catchment_min", "floor_m3", "weeks", "weekly_days", "next_day_percent")
_BANDS: Final = ("bands_min", "bands_km")


class NetworkDiffers(RuntimeError, CoopError):
    """The county's network is not the one that was asked for."""

    code = "network_differs"

    def __init__(self, wanted: str, present: str) -> None:
        super().__init__(
            both(
                f"现有路网的指纹是 {present},不是 {wanted}:路网已有改动。要读另一版路网,"
                "请用其文件夹运行 coop report coverage --network",
                f"the fingerprint of the present network is {present}, not {wanted}: it has been "
                "changed. To report on another version, run coop report coverage --network with "
                "its folder",
            )
        )


def coverage_options(
    settings: Settings, changes: Mapping[str, Any] | None = None
) -> CoverageOptions:
    """The thresholds of the settings, but for those that are given.

    Args:
        settings: of the service.
        changes: by the names of :class:`~coop_service.domain.coverage.Thresholds` and
            :class:`~coop_service.domain.reports.CoverageOptions`; None: as in the settings.

    Raises:
        InvalidInput: with every bad one.
    """
    values: dict[str, Any] = {}
    for name in (*_THRESHOLDS, *_OTHERS):
        value = getattr(settings, f"coverage_{name}")
        values[name] = read_ends(value) if name in _BANDS else value
    values |= {name: value for name, value in (changes or {}).items() if value is not None}
    faults: list[Fault] = []
    thresholds = Thresholds()
    try:
        thresholds = Thresholds(**{name: values.pop(name) for name in _THRESHOLDS})
    except InvalidInput as error:
        faults += error.faults
    try:
        options = CoverageOptions(thresholds, **values)
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return options


def read_ends(text: str) -> tuple[float, ...]:
    """The upper ends of bands, as settings and parameters write them: ``5,10,20``.

    Raises:
        ValueError: one of them is no number.
    """
    return tuple(float(part) for part in text.split(","))


def make_coverage_report(
    session: Session,
    county: str,
    date: dt.date,
    options: CoverageOptions,
    *,
    network_digest: str | None = None,
) -> Report:
    """The coverage of a county, as it stands in the store, on a day.

    Args:
        session: of the store.
        county: code of the county.
        date: the day of sites and roads; plans are read for the weeks up to it.
        options: thresholds.
        network_digest: of the network that is meant; None: whatever the county has now.

    Raises:
        NetworkDiffers: the county's network is another one.
        InvalidInput: the county has no network, or a station states a bad floor.
    """
    network = load_network(session, county, date)
    if network_digest is not None and network_digest != network.digest:
        raise NetworkDiffers(network_digest, network.digest)
    period = gather_service(session, county, date, options.weeks)
    return coverage_report(network, county_name(session, county), date, options, period)


def coverage_report(
    network: Network,
    name: str,
    date: dt.date,
    options: CoverageOptions,
    period: ServicePeriod | None = None,
) -> Report:
    """The coverage of a network, wherever it is from.

    Args:
        network: sites and roads.
        name: of the county.
        date: the day.
        options: thresholds.
        period: what was planned; None: nothing is known of it.
    """
    return Report(
        county=network.county,
        county_name=name,
        first_day=first_day(date, options.weeks),
        last_day=date,
        network_version=None,
        network_digest=network.digest,
        sections=(coverage_section(network, date, options=options, period=period),),
        made_at=utc_now(),
        notes=tuple((text, text) for text in attributions(network)),
    )


def gather_service(session: Session, county: str, last: dt.date, weeks: int) -> ServicePeriod:
    """What the plans of some weeks did for the sites.

    Of each day the newest closed plan is read, else the one that is released or in progress. A
    site is visited where a plan serves an order there. Orders that a plan leaves out are looked up
    under their key; one that has been deleted since is at no site.

    Args:
        session: of the store.
        county: code of the county.
        last: last day of the weeks.
        weeks: how many.
    """
    plans = find_plans_of_days(session, county, first_day(last, weeks), last)
    read = [
        (plan, frozenset(_visited(document)), tuple(_left_out(document)))
        for plan, document in load_plan_documents(session, plans)
    ]
    keys = sorted({key for _, _, left_out in read for key in left_out})
    sites = load_order_sites(session, county, keys)
    return ServicePeriod(
        last,
        weeks,
        tuple(
            ServiceDay(
                plan.date,
                plan.state.value,
                plan.version,
                visited,
                frozenset(site for key in left_out for site in sites.get(key, ())),
            )
            for plan, visited, left_out in read
        ),
    )


def list_definitions(
    settings: Settings, network: Network | None = None
) -> tuple[tuple[Text, tuple[Definition, ...]], ...]:
    """The definitions of all sections of reports under their titles, as the settings have them.

    Args:
        settings: of the service.
        network: of whose county they say what rests on synthetic data; None: of none.
    """
    return ((TITLE, coverage_definitions(coverage_options(settings), network)),)


def _visited(document: Mapping[str, Any]) -> Iterator[str]:
    """Sites of the visits; calls at a hub (``:down``, ``:up``) are no service of its village."""
    for route in document["routes"]:
        for trip in route["trips"]:
            for visit in trip["stops"]:
                if visit["orders"] and ":" not in visit["stop"]:
                    yield visit["stop"].partition("#")[0]


def _left_out(document: Mapping[str, Any]) -> Iterable[str]:
    return (each["order"] for each in document["unassigned"])
