"""The write gate and the edge's promise that nothing is written outside it."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from app.accounts.models import Department
from app.database import GATE, committing, db, writing
from tests.builders.removals import files_with


def test_a_flush_outside_the_gate_is_refused(app: Flask) -> None:
    db.session.add(Department(name="Nowhere"))
    with pytest.raises(RuntimeError, match="writing"):
        db.session.flush()
    db.session.rollback()


def test_the_gate_opens_again_after_commit_and_after_rollback(app: Flask) -> None:
    writing()
    assert GATE in db.session().info
    db.session.commit()
    assert GATE not in db.session().info
    writing()
    db.session.rollback()
    assert GATE not in db.session().info


def test_writers_queue_and_nobody_loses(app: Flask) -> None:
    def add(number: int) -> None:
        with app.app_context():
            for step in range(5):
                with committing():
                    seen = len(db.session.scalars(select(Department)).all())
                    time.sleep(0.001)
                    db.session.add(Department(name=f"{number}-{step}-{seen}"))

    threads = [threading.Thread(target=add, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(db.session.scalars(select(Department)).all()) == 30


def test_a_reader_is_not_stopped_by_a_writer(app: Flask) -> None:
    with committing():
        db.session.add(Department(name="One"))
    writing()
    db.session.add(Department(name="Two"))
    db.session.flush()
    with db.engine.connect() as other:
        assert other.execute(text("SELECT count(*) FROM department")).scalar() == 1
    db.session.rollback()


SAMPLED = text(
    "SELECT tablename, attname FROM pg_stats JOIN information_schema.columns"
    " ON table_schema = schemaname AND table_name = tablename AND column_name = attname"
    " WHERE schemaname = 'public' AND (data_type IN ('text', 'bytea', 'json', 'jsonb')"
    " OR coalesce(character_maximum_length, 0) > 16)"
)


def test_the_database_keeps_no_sample_of_what_people_wrote(app: Flask) -> None:
    with committing():
        db.session.add_all(
            [Department(name=f"Bumbershoot {number % 3}{number}") for number in range(9)]
        )
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:  # counts by index are all that it ever keeps
            connection.execute(text("ANALYZE"))
            kept = connection.execute(text("SELECT * FROM sqlite_stat1 WHERE tbl = 'department'"))
            assert "Bumbershoot" not in repr(kept.all())
            samples = text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat_'")
            assert connection.scalars(samples).all() == ["sqlite_stat1"]
        return
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # As in a database from before anybody took care.
        connection.execute(text("ALTER TABLE department ALTER COLUMN name SET STATISTICS -1"))
        connection.execute(text("ANALYZE"))
        assert connection.execute(SAMPLED).all() == [("department", "name")]
        assert set(files_with("Bumbershoot")) == {"department", "pg_statistic"}
    upgrade()
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        assert connection.execute(SAMPLED).all() == []
    assert set(files_with("Bumbershoot")) == {"department"}
