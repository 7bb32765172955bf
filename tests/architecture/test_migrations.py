"""Migrations: numbered, in one line, up, down and up again, and equal to the models."""

from __future__ import annotations

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

import config
from app import create_app
from app.database import db

VERSIONS = sorted((config.ROOT / "migrations" / "versions").glob("*.py"))


def test_migrations_are_numbered_without_gaps_and_follow_each_other() -> None:
    for position, path in enumerate(VERSIONS, start=1):
        assert path.name.startswith(f"{position:04d}_")
        source = path.read_text()
        assert re.search(rf"^revision = ['\"]{position:04d}['\"]", source, re.MULTILINE)
        before = f"['\"]{position - 1:04d}['\"]" if position > 1 else "None"
        assert re.search(rf"^down_revision = {before}", source, re.MULTILINE)


def test_up_down_up_and_the_schema_equals_the_models(database_url: str, tmp_path: object) -> None:
    url = database_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path}/migrations.db"
    settings = config.read(
        {"APP_ENV": "test", "DATABASE_URL": url, "INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "k"}
    )
    app: Flask = create_app(settings)
    with app.app_context():
        upgrade()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        db.engine.dispose()
