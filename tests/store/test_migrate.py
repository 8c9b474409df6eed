import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from coop_service.store import migrate
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import Row


def test_the_migrations_give_the_schema_of_the_tables(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_names_of_constraints_and_deferral_are_those_of_the_tables(engine):
    inspector = inspect(engine)
    for table in Row.metadata.sorted_tables:
        expected = {(key.name, key.deferrable or False) for key in table.foreign_key_constraints}
        found = {
            (key["name"], key["options"].get("deferrable", False))
            for key in inspector.get_foreign_keys(table.name)
        }
        assert found == expected
        assert {index["name"] for index in inspector.get_indexes(table.name)} == {
            index.name for index in table.indexes
        }


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(engine):
    before = inspect(engine).get_table_names()
    upgrade(engine)
    assert inspect(engine).get_table_names() == before
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_two_processes_that_upgrade_at_once_do_not_disturb_each_other(tmp_path):
    url = f"sqlite:///{tmp_path}/coop.sqlite3"
    errors = []

    def run():
        engine = make_engine(url)
        try:
            upgrade(engine)
        except Exception as error:
            errors.append(error)
        finally:
            engine.dispose()

    first = make_engine(url)
    with first.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        connection.rollback()
    thread.join()
    assert errors == []
    assert "day_order" in inspect(first).get_table_names()
    first.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    versions = folder / "versions"
    versions.mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((migrate.FOLDER / name).read_text("utf-8"), "utf-8")
    (versions / "0001_broken.py").write_text(
        "from alembic import op\n"
        "import sqlalchemy as sa\n"
        "revision, down_revision = '0001', None\n"
        "def upgrade():\n"
        "    op.create_table('one', sa.Column('id', sa.Integer))\n"
        "    raise RuntimeError('half way')\n",
        "utf-8",
    )
    monkeypatch.setattr(migrate, "FOLDER", folder)
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    with pytest.raises(RuntimeError, match="half way"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_migrations_are_part_of_the_package():
    for folder in (migrate.FOLDER, migrate.FOLDER / "versions"):
        assert (folder / "__init__.py").exists(), "setuptools leaves out folders without it"
