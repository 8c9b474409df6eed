"""The three-tier network of a county: sites, roads and who serves whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import networkx as nx

from coop_service.domain.network_faults import find_network_faults
from coop_service.domain.records import CoordKind, Road, Site, SiteState, Tier
from coop_service.domain.shortest_paths import EliminationOrder
from coop_service.errors import CoopError, InvalidInput, both

DIGEST_LENGTH: Final = 16


class UnknownSite(LookupError, CoopError):
    """A site code that the network does not have."""

    code = "unknown_site"

    def __init__(self, site: str) -> None:
        super().__init__(both(f"路网中没有站点 {site}", f"the network has no site {site}"))
        self.site = site


class Network:
    """A county's network; not to be changed once built.

    Attributes:
        county: code of the county.
        sites: the sites by code, in the order given.
        roads: the roads in the order given.
        graph: NetworkX graph, frozen. Nodes are site codes and carry the fields of
            :class:`~coop_service.domain.records.Site` as attributes, edges those of
            :class:`~coop_service.domain.records.Road`.
        centre: the county's sorting centre.
        date: the day as of which it is read: what is listed by tier and by parent are the sites
            that are served then. The others stay in ``sites`` and ``graph``, for roads run past
            them. None: every site counts as served.
    """

    def __init__(
        self,
        county: str,
        sites: Iterable[Site],
        roads: Iterable[Road],
        date: dt.date | None = None,
    ) -> None:
        """Build the network of a county, as of a day or whole.

        Raises:
            InvalidInput: with every fault of the sites and roads, pointers as ``/sites/3/lon``.
        """
        sites, roads = tuple(sites), tuple(roads)
        faults = find_network_faults(sites, roads)
        if faults:
            raise InvalidInput(fault.as_fault() for fault in faults)
        self.county = county
        self.sites: Mapping[str, Site] = MappingProxyType({site.code: site for site in sites})
        self.roads = roads
        self.date = date
        self.centre = next(site for site in sites if site.tier is Tier.CENTRE)
        self.graph = _make_graph(sites, roads)
        children: defaultdict[str, list[Site]] = defaultdict(list)
        for site in sites:
            if site.parent is not None and self._is_served(site):
                children[site.parent].append(site)
        self._children = {code: tuple(below) for code, below in children.items()}

    def site(self, code: str) -> Site:
        """The site of a code.

        Raises:
            UnknownSite: if there is none.
        """
        try:
            return self.sites[code]
        except KeyError:
            raise UnknownSite(code) from None

    def as_of(self, date: dt.date) -> Network:
        """The same network as of a day."""
        return Network(self.county, self.sites.values(), self.roads, date)

    def is_served(self, code: str) -> bool:
        """Whether a site gives and gets goods on the day of the network.

        Raises:
            UnknownSite: if no site has the code.
        """
        return self._is_served(self.site(code))

    def _is_served(self, site: Site) -> bool:
        return self.date is None or site.state_on(self.date).is_served

    def in_state(self, state: SiteState, date: dt.date) -> tuple[Site, ...]:
        """All sites that are in a state on a day, e.g. the candidates, in the order given."""
        return tuple(site for site in self.sites.values() if site.state_on(date) is state)

    def children(self, code: str) -> tuple[Site, ...]:
        """The sites one tier down that a site serves and that are served, in the order given.

        Raises:
            UnknownSite: if no site has the code.
        """
        return self._children.get(self.site(code).code, ())

    def tier(self, tier: Tier) -> tuple[Site, ...]:
        """All served sites of a tier, in the order given."""
        return tuple(
            site for site in self.sites.values() if site.tier is tier and self._is_served(site)
        )

    def road(self, u: str, v: str) -> Road:
        """The road between two neighbouring sites, in either order.

        Raises:
            KeyError: if the two are not neighbours.
        """
        return Road(**self.graph.edges[u, v])

    @cached_property
    def digest(self) -> str:
        """Fingerprint of sites and roads, whatever their sequence: 16 hexadecimal digits.

        The ends of a road may be in either order; which day it is read on makes no difference.
        """
        sites = sorted(map(_attributes, self.sites.values()), key=lambda site: str(site["code"]))
        roads = [
            _attributes(road) | {"u": min(road.u, road.v), "v": max(road.u, road.v)}
            for road in self.roads
        ]
        roads.sort(key=lambda road: (road["u"], road["v"]))
        text = json.dumps([sites, roads], default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]

    @cached_property
    def is_sketch(self) -> bool:
        """Whether a road, or the position of a site, is not surveyed."""
        return any(road.synthetic for road in self.roads) or any(
            site.coord_kind is not CoordKind.REAL for site in self.sites.values()
        )

    @cached_property
    def elimination(self) -> EliminationOrder:
        """Order for all shortest paths; vertices are the sites and edges the roads, as given."""
        index = {code: i for i, code in enumerate(self.sites)}
        return EliminationOrder(
            len(self.sites), [(index[road.u], index[road.v]) for road in self.roads]
        )


def _make_graph(sites: Iterable[Site], roads: Iterable[Road]) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from((site.code, _attributes(site)) for site in sites)
    graph.add_edges_from((road.u, road.v, _attributes(road)) for road in roads)
    nx.freeze(graph)
    return graph


def _attributes(record: Site | Road) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}
