"""Our optimal values are those that spopt found, see scripts/bench_siting.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench_siting import make_instances, value_of

SPOPT = json.loads((Path(__file__).parent / "spopt_values.json").read_text("utf-8"))
INSTANCES = make_instances()


def test_the_values_are_those_of_at_least_twenty_instances_of_all_kinds():
    assert set(SPOPT["values"]) == set(INSTANCES)
    assert len(INSTANCES) >= 20
    assert set(SPOPT["versions"]) >= {"spopt", "pulp"}


@pytest.mark.parametrize("name", INSTANCES)
def test_the_optimal_value_is_that_of_spopt(name):
    assert value_of(INSTANCES[name]) == SPOPT["values"][name]
