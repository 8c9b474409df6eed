import datetime as dt
from dataclasses import replace

import networkx as nx
import pytest

from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.records import SiteState, Tier
from coop_service.errors import CoopError, InvalidInput


def test_each_tier_lists_its_sites_in_the_order_given(mini_network):
    assert [site.code for site in mini_network.tier(Tier.STATION)] == ["S1", "S2"]
    assert [site.code for site in mini_network.tier(Tier.GATEWAY)] == ["G"]
    assert mini_network.centre.code == "C"


def test_children_are_the_sites_one_tier_down(mini_network):
    assert [site.code for site in mini_network.children("C")] == ["S1", "S2"]
    assert [site.code for site in mini_network.children("S2")] == ["V2"]
    assert mini_network.children("V2") == ()


def test_an_unknown_code_is_both_a_lookup_error_and_ours(mini_network):
    with pytest.raises(UnknownSite) as caught:
        mini_network.children("X9")
    assert isinstance(caught.value, LookupError)
    assert isinstance(caught.value, CoopError)
    assert caught.value.code == "unknown_site"
    assert "X9" in str(caught.value)


def test_the_graph_carries_the_fields_of_sites_and_roads(mini_network):
    assert mini_network.graph.nodes["S1"]["parent"] == "C"
    assert mini_network.graph.edges["V1", "S1"]["length_m"] == 2000
    assert mini_network.road("V1", "S1") == mini_network.roads[2]


def test_the_graph_cannot_be_changed(mini_network):
    with pytest.raises(nx.NetworkXError):
        mini_network.graph.remove_node("S1")
    with pytest.raises(TypeError):
        mini_network.sites["new"] = mini_network.centre


def test_a_faulty_network_is_refused_with_all_its_faults(mini_sites, mini_roads):
    mini_sites[3] = replace(mini_sites[3], parent="C")
    mini_roads[0] = replace(mini_roads[0], speed_kmh=900.0)
    with pytest.raises(InvalidInput) as caught:
        Network("mini", mini_sites, mini_roads)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/sites/3/parent", "tier_jump"),
        ("/roads/0/speed_kmh", "impossible_speed"),
    ]


def test_the_default_county_has_all_its_stations_and_villages(default_county):
    counts = {tier: len(default_county.tier(tier)) for tier in Tier}
    assert counts == {Tier.CENTRE: 1, Tier.STATION: 17, Tier.VILLAGE_POINT: 286, Tier.GATEWAY: 4}
    villages = sum(len(default_county.children(s.code)) for s in default_county.tier(Tier.STATION))
    assert villages == 286
    assert default_county.graph.number_of_edges() == 495


PILOT_THEN_OPEN = (
    (dt.date(2026, 5, 1), SiteState.PILOT),
    (dt.date(2026, 7, 1), SiteState.OPEN),
    (dt.date(2026, 9, 1), SiteState.SUSPENDED),
    (dt.date(2026, 10, 1), SiteState.OPEN),
    (dt.date(2027, 1, 1), SiteState.CLOSED),
)


def test_a_site_lives_through_its_states_day_by_day(mini_sites):
    site = replace(mini_sites[1], life=PILOT_THEN_OPEN)
    days = {
        dt.date(2026, 4, 30): SiteState.CANDIDATE,
        dt.date(2026, 5, 1): SiteState.PILOT,
        dt.date(2026, 6, 30): SiteState.PILOT,
        dt.date(2026, 7, 1): SiteState.OPEN,
        dt.date(2026, 9, 30): SiteState.SUSPENDED,
        dt.date(2026, 12, 31): SiteState.OPEN,
        dt.date(2030, 1, 1): SiteState.CLOSED,
    }
    assert {day: site.state_on(day) for day in days} == days
    assert mini_sites[1].state_on(dt.date(1900, 1, 1)) is SiteState.OPEN


def test_as_of_a_day_only_served_sites_are_listed_and_roads_still_run_past_the_others(
    mini_sites, mini_roads
):
    mini_sites[1] = replace(mini_sites[1], life=PILOT_THEN_OPEN)
    whole = Network("mini", mini_sites, mini_roads)
    before, during = whole.as_of(dt.date(2026, 4, 1)), whole.as_of(dt.date(2026, 5, 1))
    assert [site.code for site in whole.tier(Tier.STATION)] == ["S1", "S2"]
    assert [site.code for site in before.tier(Tier.STATION)] == ["S2"]
    assert [site.code for site in before.children("C")] == ["S2"]
    assert [site.code for site in before.children("S1")] == ["V1"]
    assert not before.is_served("S1")
    assert during.is_served("S1")
    assert [site.code for site in during.tier(Tier.STATION)] == ["S1", "S2"]
    assert before.graph.has_edge("C", "S1")
    assert [s.code for s in whole.in_state(SiteState.CANDIDATE, dt.date(2026, 4, 1))] == ["S1"]


def test_states_out_of_order_and_a_centre_that_closes_are_faults(mini_sites, mini_roads):
    mini_sites[0] = replace(mini_sites[0], life=PILOT_THEN_OPEN[:1])
    mini_sites[1] = replace(mini_sites[1], life=PILOT_THEN_OPEN[1::-1])
    with pytest.raises(InvalidInput) as caught:
        Network("mini", mini_sites, mini_roads)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/sites/0/life", "life_of_centre"),
        ("/sites/1/life", "life_out_of_order"),
    ]
