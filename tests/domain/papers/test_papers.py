"""Which papers a plan has, in which order, and which it does not have."""

from dataclasses import replace

import pytest

from coop_service.domain.papers import IdleVehicle, NoSuchVehicle, make_papers, places_of
from coop_service.domain.papers.amounts import Amount
from coop_service.domain.papers.context import PaperKind, Place, notes_of
from coop_service.domain.records import Van, VehicleSize
from tests.domain.papers.paper_day import CONTEXT, IDENTIFIER, paper_plan, paper_problem
from tests.domain.verify.relay_day import relay_plan, relay_problem


def test_each_vans_papers_lie_together_and_the_hubs_come_last():
    problem = relay_problem()
    sheets = make_papers(problem, relay_plan(problem), CONTEXT)
    assert [(sheet.head.kind, sheet.head.vehicle) for sheet in sheets] == [
        ("dispatch", "T1"),
        ("loading", "T1"),
        ("dispatch", "B1"),
        ("loading", "B1"),
        ("labels", "B1"),
        ("dispatch", "D1"),
        ("loading", "D1"),
        ("labels", "D1"),
        ("handover", ""),
    ]


def test_an_unknown_van_and_an_idle_one_are_told_apart():
    problem = paper_problem()
    plan = paper_plan(problem)
    with pytest.raises(NoSuchVehicle, match="V9"):
        make_papers(problem, plan, CONTEXT, vehicle="V9")
    with pytest.raises(IdleVehicle, match="V2"):
        make_papers(problem, plan, CONTEXT, vehicle="V2")


def test_labels_carry_the_identifier_or_the_key_of_the_order():
    problem = paper_problem()
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.LABELS)
    assert [(one.lot.code, one.sequence, one.arrive_s) for one in sheet.labels] == [
        (IDENTIFIER, 2, 30_120),
        ("coop:order=i2", 3, 32_640),
    ]
    first = sheet.labels[0].lot
    assert (first.key, first.amount, first.origin.name, first.destination.name) == (
        "k1",
        Amount(1, 2, 25, 0.3),
        "后房村",
        "县分拣中心",
    )


def test_what_separates_the_parts_of_a_code_is_escaped():
    problem = paper_problem()
    context = replace(CONTEXT, plan="a;b=c%")
    [sheet] = make_papers(problem, paper_plan(problem), context, PaperKind.DISPATCH)
    assert sheet.head.code == "coop:plan=a%3Bb%3Dc%25;vehicle=V1;v=3"


def test_distances_count_as_synthetic_where_places_are():
    problem = paper_problem()
    plan = paper_plan(problem)
    [real] = make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH)
    assert not real.head.synthetic_roads
    stop = replace(problem.stops[0], custom={"coord_kind": "synthetic"})
    problem = replace(problem, stops=(stop, *problem.stops[1:]))
    [sketch] = make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH)
    assert sketch.head.synthetic_roads


def test_a_village_is_told_with_its_township(default_county):
    places = places_of(default_county)
    assert places["210882105200"].township == default_county.sites["210882105"].name
    assert places["210882105"] == Place(default_county.sites["210882105"].name)


def test_colour_and_driver_of_a_van_stand_in_its_custom():
    van = Van(
        code="V1",
        name="车1",
        size=VehicleSize.VAN,
        kind="urban_rural",
        plate="辽H·00001",
        home="C",
        payload_kg=1,
        volume_m3=1,
        temperatures=("ambient",),
        tags=(),
        shift_start_s=0,
        shift_end_s=1,
        fixed_yuan=0,
        per_km_yuan=0,
        per_hour_yuan=0,
        custom={"plate_colour": "绿", "driver": "王师傅", "phone": 139, "name": "别名"},
    )
    note = notes_of([van])["V1"]
    assert (note.name, note.plate, note.plate_colour) == ("车1", "辽H·00001", "绿")
    assert (note.driver, note.phone, note.line) == ("王师傅", "139", "")
