"""Changing a county's network. A change is judged by the network that it would leave behind:
one that breaks it is refused with all faults, and nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from coop_service.domain.network import UnknownSite
from coop_service.domain.network_faults import (
    RecordFault,
    find_network_faults,
    find_van_faults,
)
from coop_service.domain.records import Road, Site, Van
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.services.drafts import Draft
from coop_service.store.queries import (
    Change,
    delete_record,
    delete_site_roads,
    find_site_uses,
    load_fleet,
    load_roads,
    load_sites,
    lock_county,
    put_records,
)

USES_NAMED: Final = 20
"""Records of one kind that are named when a site cannot be deleted."""


class UnknownRoad(LookupError, CoopError):
    """No road between two sites."""

    code = "unknown_road"

    def __init__(self, u: str, v: str) -> None:
        super().__init__(both(f"{u} 与 {v} 之间没有道路", f"there is no road between {u} and {v}"))


class SiteInUse(InvalidInput):
    """A site cannot be deleted; the faults say what uses it."""

    code = "site_in_use"


class NetworkWouldBreak(InvalidInput):
    """What remained after a deletion would be no network; the faults say why."""

    code = "network_would_break"


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """What a change has stored: for each site and road sent, in the same order."""

    sites: tuple[tuple[Site, Change], ...]
    roads: tuple[tuple[Road, Change], ...]


def import_network(
    session: Session,
    county: str,
    sites: Sequence[Site],
    roads: Sequence[Road],
    vans: Sequence[Van],
) -> None:
    """Make these the county's sites, roads and vans, in place of those that it has, and commit.

    Raises:
        InvalidInput: they are no sound network and fleet; all faults.
        SiteInUse: orders refer to sites that would be gone.
    """
    faults = (*find_network_faults(sites, roads), *find_van_faults(vans, {s.code for s in sites}))
    if faults:
        raise InvalidInput(fault.as_fault() for fault in faults)
    lock_county(session, county)
    new = {site.code for site in sites}
    gone = [code for code in load_sites(session, county) if code not in new]
    in_use = [_use(code, "order", find_site_uses(session, county, code).orders) for code in gone]
    if any(in_use):
        raise SiteInUse(fault for found in in_use for fault in found)
    kept_roads = {frozenset((road.u, road.v)) for road in roads}
    for road in load_roads(session, county):
        if frozenset((road.u, road.v)) not in kept_roads:
            delete_record(session, county, Road, road.u, road.v)
    kept_vans = {van.code for van in vans}
    for van in load_fleet(session, county):
        if van.code not in kept_vans:
            delete_record(session, county, Van, van.code)
    for code in gone:
        delete_record(session, county, Site, code)
    put_records(session, county, sites)
    put_records(session, county, roads)
    put_records(session, county, vans)
    session.commit()


def change_network(
    session: Session, county: str, sites: Sequence[Draft] = (), roads: Sequence[Draft] = ()
) -> NetworkChange:
    """Add and change sites and roads together, judged as a whole, and commit.

    Raises:
        InvalidInput: all faults of what was sent and of the network that would come of it.
    """
    lock_county(session, county)
    merged = _Merged(
        list(load_sites(session, county).values()), load_roads(session, county), sites, roads
    )
    faults = tuple(merged.find_faults())
    if faults:
        raise InvalidInput(faults)
    changed_sites = put_records(session, county, merged.sent_sites)
    changed_roads = put_records(session, county, merged.sent_roads)
    session.commit()
    return NetworkChange(
        tuple(zip(merged.sent_sites, changed_sites, strict=True)),
        tuple(zip(merged.sent_roads, changed_roads, strict=True)),
    )


def delete_site(session: Session, county: str, code: str) -> None:
    """Delete a site with the roads that end there, and commit.

    Raises:
        UnknownSite: the county has none of that code.
        SiteInUse: other sites, vans or orders refer to it.
        NetworkWouldBreak: other sites could no longer be reached.
    """
    lock_county(session, county)
    sites, roads = load_sites(session, county), load_roads(session, county)
    if code not in sites:
        raise UnknownSite(code)
    uses = find_site_uses(session, county, code)
    faults = (
        *_use(code, "site", uses.children),
        *_use(code, "vehicle", uses.vans),
        *_use(code, "order", uses.orders),
    )
    if faults:
        raise SiteInUse(faults)
    del sites[code]
    _refuse_broken(list(sites.values()), [road for road in roads if code not in (road.u, road.v)])
    delete_site_roads(session, county, code)
    delete_record(session, county, Site, code)
    session.commit()


def delete_road(session: Session, county: str, u: str, v: str) -> None:
    """Delete the road between two sites, and commit.

    Raises:
        UnknownRoad: there is none between them.
        NetworkWouldBreak: a site could no longer be reached.
    """
    lock_county(session, county)
    roads = load_roads(session, county)
    rest = [road for road in roads if {road.u, road.v} != {u, v}]
    if len(rest) == len(roads):
        raise UnknownRoad(u, v)
    _refuse_broken(list(load_sites(session, county).values()), rest)
    delete_record(session, county, Road, u, v)
    session.commit()


class _Merged:
    """The network that a change would leave: what stays, then what was sent."""

    def __init__(
        self,
        sites: Sequence[Site],
        roads: Sequence[Road],
        site_drafts: Sequence[Draft],
        road_drafts: Sequence[Draft],
    ) -> None:
        self.sent_sites = [draft.as_record(Site) for draft in site_drafts]
        self.sent_roads = [draft.as_record(Road) for draft in road_drafts]
        sent_codes = {site.code for site in self.sent_sites}
        sent_ends = {frozenset((road.u, road.v)) for road in self.sent_roads}
        self._kept_sites = [site for site in sites if site.code not in sent_codes]
        self._kept_roads = [r for r in roads if frozenset((r.u, r.v)) not in sent_ends]
        self._drafts = {"sites": site_drafts, "roads": road_drafts}
        self._kept: dict[str, Sequence[Site | Road]] = {
            "sites": self._kept_sites,
            "roads": self._kept_roads,
        }

    def find_faults(self) -> Iterator[Fault]:
        """All faults, of what was sent and of what would come of it."""
        for drafts in self._drafts.values():
            for draft in drafts:
                yield from draft.faults
        unjudged = self._unjudged()
        for found in find_network_faults(
            [*self._kept_sites, *self.sent_sites],
            [*self._kept_roads, *self.sent_roads],
            tier_unknown=self._tier_unknown(),
        ):
            kept, drafts = self._kept[found.kind], self._drafts[found.kind]
            index = found.index - len(kept)
            if found.code in unjudged:
                continue
            if not 0 <= index < len(drafts):
                yield _of_stored(found, kept)
            elif found.field not in drafts[index].unread:
                yield drafts[index].fault(found.field, found.code, found.message)

    def _tier_unknown(self) -> set[str]:
        drafts = zip(self._drafts["sites"], self.sent_sites, strict=True)
        return {site.code for draft, site in drafts if "tier" in draft.unread}

    def _unjudged(self) -> set[str]:
        """Codes of faults that only what could not be read may have brought about."""
        unread_names = [
            name
            for drafts in self._drafts.values()
            for draft in drafts
            for name in draft.unread & {"code", "u", "v"}
        ]
        if not unread_names:
            return set()
        return {
            "unreachable_site",
            "no_way_back",
            "unknown_parent",
            "unknown_site",
            "missing_centre",
        }


def _of_stored(found: RecordFault, kept: Sequence[Site | Road]) -> Fault:
    """A fault of a record that was not sent: it has a name, but no place in the request."""
    if found.index >= len(kept):
        return Fault("", found.code, found.message)
    record = kept[found.index]
    name = record.code if isinstance(record, Site) else f"{record.u}-{record.v}"
    return Fault("", found.code, f"{name}: {found.message}")


def _refuse_broken(sites: Sequence[Site], roads: Sequence[Road]) -> None:
    faults = find_network_faults(sites, roads)
    if faults:
        records: dict[str, Sequence[Site | Road]] = {"sites": sites, "roads": roads}
        raise NetworkWouldBreak(_of_stored(found, records[found.kind]) for found in faults)


_USER_ZH: Final = {"site": "下级站点", "vehicle": "车辆", "order": "订单"}


def _use(site: str, user: str, names: Sequence[str]) -> Iterable[Fault]:
    if not names:
        return ()
    shown = ", ".join(names[:USES_NAMED]) + (" …" if len(names) > USES_NAMED else "")
    message = both(
        f"站点 {site} 仍被 {len(names)} 个{_USER_ZH[user]}使用:{shown}",
        f"site {site} is used by {len(names)} {user}(s): {shown}",
    )
    return (Fault("", f"used_by_{user}", message),)
