import pytest
from sqlmodel import Session

from coop_service.services.counties import put_county
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade


@pytest.fixture
def engine(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        put_county(session, "210001", "甲县")
        put_county(session, "210002", "乙县")
        yield session
