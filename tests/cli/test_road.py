"""`coop driver-links` and `coop purge-attachments`."""

import datetime as dt

import pytest
from click.testing import CliRunner
from sqlmodel import Session, col, update

from coop_service.cli import main
from coop_service.services.attachments import put_attachment
from coop_service.services.drive_links import LinkGone, open_link
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import AttachmentKind, AttachmentRow
from tests.services.road_day import plan_row
from tests.web.conftest import COUNTY, import_county

NAME = "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a01"


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("COOP_DATABASE_URL", f"sqlite:///{tmp_path}/coop.sqlite3")
    monkeypatch.setenv("COOP_COUNTY", COUNTY)
    engine = make_engine(read_settings().database_url)
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, COUNTY)
        session.add(plan_row("p1", county=COUNTY))
        session.commit()
        yield session
    engine.dispose()


def coop(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def token_of(result):
    vehicle, _, address = result.stdout.strip().split("\t")
    assert vehicle == "V1"
    return address.rpartition("/drive/")[2]


def test_a_vehicle_a_line_with_its_address(session, monkeypatch):
    result = coop("driver-links", "p1")
    assert "COOP_BASE_URL" in result.stderr
    assert "\thttp://127.0.0.1:8000/drive/" in result.stdout
    assert open_link(session, read_settings(), token_of(result)).vehicle == "V1"
    monkeypatch.setenv("COOP_BASE_URL", "https://coop.example.cn")
    result = coop("driver-links", "p1", "--vehicle", "V1")
    assert result.stderr == ""
    assert "\thttps://coop.example.cn/drive/" in result.stdout


def test_renewing_ends_earlier_links(session):
    first, second = token_of(coop("driver-links", "p1")), token_of(coop("driver-links", "p1"))
    renewed = token_of(coop("driver-links", "p1", "--renew"))
    for token in (first, second):
        with pytest.raises(LinkGone):
            open_link(session, read_settings(), token)
    assert open_link(session, read_settings(), renewed).number == 2


def test_codes_are_written_into_a_folder(session, tmp_path):
    coop("driver-links", "p1", "--qr", tmp_path / "codes")
    [file] = (tmp_path / "codes").iterdir()
    assert file.name == "V1.svg"
    assert file.read_text().startswith("<svg xmlns=")


def test_an_unknown_plan_is_told(session):
    result = CliRunner().invoke(main, ["driver-links", "nothing"])
    assert result.exit_code == 1
    assert "unknown_plan" in result.output


def test_what_is_past_its_time_is_purged(session):
    put_attachment(
        session, read_settings(), COUNTY, NAME, plan_id="p1", vehicle="V1",
        kind=AttachmentKind.PHOTO, content=b"\xff\xd8\xff picture",
    )  # fmt: skip
    assert "0 个" in coop("purge-attachments").output
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    session.exec(
        update(AttachmentRow).where(col(AttachmentRow.id) == NAME).values(keep_until=yesterday)
    )
    session.commit()
    assert "1 个" in coop("purge-attachments").output
    session.expire_all()
    row = session.get(AttachmentRow, (COUNTY, NAME))
    assert row.content is None
    assert len(row.digest) == 64
