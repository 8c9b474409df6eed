import datetime as dt

import pytest
from sqlmodel import Session

from coop_service.errors import InvalidInput
from coop_service.services.counties import put_county
from coop_service.services.keys import (
    LONGEST_LIFE,
    USE_NOTED_EVERY,
    KeyRefused,
    UnknownKey,
    check_key,
    create_key,
    list_keys,
    revoke_key,
)
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import Role, utc_now


@pytest.fixture
def session(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    upgrade(engine)
    with Session(engine) as session:
        put_county(session, "210001", "甲县")
        put_county(session, "210002", "乙县")
        yield session
    engine.dispose()


def test_a_key_opens_its_county_with_its_role(session):
    new = create_key(session, "210001", "调度室", Role.DISPATCHER)
    key = check_key(session, new.token)
    assert (key.county, key.role, key.name) == ("210001", Role.DISPATCHER, "调度室")


def test_no_two_keys_are_alike_and_none_shows_its_token(session):
    keys = [create_key(session, "210001", "x", Role.ADMIN) for _ in range(20)]
    assert len({key.token for key in keys}) == 20
    assert all(key.token not in repr(key) for key in keys)
    assert len(list_keys(session, "210001")) == 20


def test_the_use_of_a_key_is_noted_now_and_then(session):
    token = create_key(session, "210001", "x", Role.ADMIN).token
    first = check_key(session, token).last_used_at
    assert first is not None
    assert check_key(session, token).last_used_at == first
    key = check_key(session, token)
    key.last_used_at = first - USE_NOTED_EVERY
    session.commit()
    assert check_key(session, token).last_used_at >= first


def test_a_key_is_refused_from_the_moment_it_expires(session):
    new = create_key(session, "210001", "x", Role.ADMIN, utc_now() + dt.timedelta(hours=1))
    check_key(session, new.token)
    new.key.expires_at = utc_now()
    session.commit()
    with pytest.raises(KeyRefused, match="expired"):
        check_key(session, new.token)


@pytest.mark.parametrize("away", [dt.timedelta(0), -dt.timedelta(days=1), 2 * LONGEST_LIFE])
def test_a_life_that_is_over_or_never_ends_is_refused(session, away):
    with pytest.raises(InvalidInput, match="expires_at"):
        create_key(session, "210001", "x", Role.ADMIN, utc_now() + away)
    assert list_keys(session, "210001") == []


def test_a_revoked_key_is_refused_and_stays_revoked_from_then(session):
    new = create_key(session, "210001", "x", Role.ADMIN)
    first = revoke_key(session, "210001", new.key.id).revoked_at
    assert revoke_key(session, "210001", new.key.id).revoked_at == first
    with pytest.raises(KeyRefused, match="revoked"):
        check_key(session, new.token)


def test_a_key_of_another_county_is_not_there(session):
    new = create_key(session, "210001", "x", Role.ADMIN)
    with pytest.raises(UnknownKey):
        revoke_key(session, "210002", new.key.id)
    assert list_keys(session, "210002") == []


@pytest.mark.parametrize("token", ["", "coop", "coop_", "coop__", "coop_00000000_x", "密钥_x_y"])
def test_what_is_no_key_is_refused(session, token):
    with pytest.raises(KeyRefused):
        check_key(session, token)
