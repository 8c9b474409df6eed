from dataclasses import replace

import networkx as nx
import pytest

from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.records import Tier
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
