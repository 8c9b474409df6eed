import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coop_service.services.link_secret import path_beside_database, read_link_secret
from coop_service.settings import Settings


def settings(folder, **more):
    return Settings(database_url=f"sqlite:///{folder}/coop.sqlite3", **more)


def test_it_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    first = read_link_secret(settings(tmp_path / "new"))
    path = tmp_path / "new" / "link_secret"
    assert len(first) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_link_secret(settings(tmp_path / "new")) == first
    assert [each.name for each in path.parent.iterdir()] == ["link_secret"]


def test_two_installations_have_two_secrets(tmp_path):
    assert read_link_secret(settings(tmp_path / "a")) != read_link_secret(settings(tmp_path / "b"))


def test_those_who_make_it_at_once_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = list(pool.map(read_link_secret, [settings(tmp_path)] * 16))
    assert len(set(secrets)) == 1


def test_the_one_of_the_settings_comes_first_and_writes_nothing(tmp_path):
    assert read_link_secret(settings(tmp_path, link_secret="known")) == "known"
    assert list(tmp_path.iterdir()) == []


def test_other_databases_keep_their_files_in_var():
    other = Settings(database_url="postgresql://db/coop")
    assert path_beside_database(other, "link_secret") == Path("var/link_secret")
