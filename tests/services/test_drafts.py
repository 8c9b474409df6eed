import dataclasses

import pytest

from coop_service.domain.records import DayOrder, Road, Site, Van
from coop_service.services.drafts import Draft


@pytest.mark.parametrize("kind", [Site, Road, Van, DayOrder])
def test_a_record_of_which_nothing_could_be_read_can_still_be_judged(kind):
    names = frozenset(field.name for field in dataclasses.fields(kind))
    record = Draft({}, unread=names).as_record(kind)
    assert isinstance(record, kind)


def test_what_could_be_read_is_kept_beside_the_stand_ins():
    unread = frozenset(f.name for f in dataclasses.fields(Van)) - {"code", "payload_kg"}
    van = Draft({"code": "V7", "payload_kg": -3.0}, unread=unread).as_record(Van)
    assert (van.code, van.payload_kg) == ("V7", -3.0)
    assert van.active is True
