"""The commands that fill the database, on a real one."""

import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import Session

from coop_service.cli import main
from coop_service.services.keys import KeyRefused, check_key
from coop_service.store.engine import make_engine

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/coop.sqlite3"
    monkeypatch.setenv("COOP_DATABASE_URL", url)
    monkeypatch.setenv("COOP_NETWORK_FOLDER", str(FOLDER))
    return url


@pytest.fixture
def county(url):
    coop("db", "upgrade")
    coop("network", "import", FOLDER)


def coop(*arguments, exit_code=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == exit_code, result.output
    return result


def test_every_command_explains_itself():
    listed = coop("--help").stdout
    for name in ("serve", "solve", "check", "db", "network", "demo-day", "keys", "worker"):
        assert name in listed
        assert "/" in coop(name, "--help").stdout


def test_an_unknown_command_is_wrong_usage():
    coop("sleep", exit_code=2)


def test_the_default_network_has_no_faults():
    assert "308 sites, 495 roads, 22 vehicles" in coop("network", "check", FOLDER).stdout


def test_all_faults_of_a_network_folder_are_listed(tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(FOLDER, folder)
    (folder / "vehicles.csv").unlink()
    sites = (folder / "sites.csv").read_text().replace(",122.48204,", ",east,")
    (folder / "sites.csv").write_text(sites)
    told = coop("network", "check", folder, exit_code=1).stdout
    assert "sites.csv:3:lon" in told
    assert "vehicles.csv" in told
    assert "2 faults" in told


@pytest.mark.usefixtures("county")
def test_a_demo_day_is_the_same_for_the_same_seed():
    first = coop("demo-day", "--date", "2026-10-16", "--seed", 5).stdout
    assert coop("demo-day", "--date", "2026-10-16", "--seed", 5).stdout == first
    assert "synthetic orders" in first


@pytest.mark.usefixtures("county")
def test_a_date_out_of_range_is_refused():
    result = coop("demo-day", "--date", "1999-01-01", exit_code=2)
    assert "/date" in result.stderr


@pytest.mark.usefixtures("county")
def test_a_key_is_made_shown_once_listed_and_revoked(url):
    token = coop("keys", "create", "script", "--role", "planner").stdout.strip()
    engine = make_engine(url)
    with Session(engine) as session:
        key = check_key(session, token)
        assert (key.county, key.role, key.name) == ("210882", "planner", "script")
    listed = coop("keys", "list").stdout
    assert "script" in listed
    assert token not in listed
    coop("keys", "revoke", key.id)
    with Session(engine) as session, pytest.raises(KeyRefused):
        check_key(session, token)
    engine.dispose()


@pytest.mark.usefixtures("county")
def test_revoking_a_key_that_is_not_there_is_an_error():
    assert "unknown_key" in coop("keys", "revoke", "none", exit_code=1).stderr


def test_the_demo_is_prepared_once(url, tmp_path):
    first = coop("demo").stdout
    path = tmp_path / "demo_key"
    token = path.read_text()
    assert token.strip() in first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert coop("demo").stdout == first
    assert path.read_text() == token


def test_a_demo_key_that_opens_nothing_is_replaced(url, tmp_path):
    coop("demo")
    path = tmp_path / "demo_key"
    path.write_text("coop_00000000_nothing\n")
    coop("demo")
    engine = make_engine(url)
    with Session(engine) as session:
        assert check_key(session, path.read_text().strip()).role == "admin"
    engine.dispose()


def test_settings_are_listed_with_their_meaning():
    listed = coop("settings").stdout
    assert "COOP_DATABASE_URL" in listed


def test_a_worker_needs_a_scheduler(monkeypatch):
    monkeypatch.delenv("COOP_SCHEDULER", raising=False)
    assert "COOP_SCHEDULER" in coop("worker", exit_code=2).stderr
