"""Plans that were stored before they had a life."""

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from coop_service.store import migrate
from coop_service.store.engine import make_engine


def config_for(connection):
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def test_earlier_plans_become_drafts_of_revision_1_and_can_go_back(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    with engine.connect() as connection:
        connection.detach()
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        command.upgrade(config_for(connection), "0002")
        connection.execute(text("INSERT INTO county VALUES ('210001', 'x')"))
        connection.execute(
            text(
                "INSERT INTO plan (id, county, date, version, state, status, cost_yuan, "
                "vehicles_used, orders_served, orders_unassigned, problem, document, created_at, "
                "created_by) VALUES ('p', '210001', '2026-10-15', 1, 'draft', 'feasible', 1.5, 1, "
                "2, 0, '{}', '{}', '2026-10-14 00:00:00', 'me')"
            )
        )
        connection.commit()
        command.upgrade(config_for(connection), "head")
        query = "SELECT version, revision, violation_count, note, parent_id, locks FROM plan"
        assert connection.execute(text(query)).all() == [(1, 1, 0, "", None, None)]
        command.downgrade(config_for(connection), "0002")
        assert connection.execute(text("SELECT id, cost_yuan FROM plan")).all() == [("p", 1.5)]
        connection.commit()
    assert "plan_event" not in inspect(engine).get_table_names()
    engine.dispose()
