"""Bytes on disk a revision costs: row, text, outline, event, seal and indexes of the tables."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from flask_migrate import upgrade

import config
from app import create_app
from app.access.actor import Actor, Role
from app.database import db
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from app.worker import Worker
from tests.bench import texts
from tests.bench.dataset import PAGE_BYTES, new_policy, without_waiting
from tests.bench.processes import ROOT, environ_of
from tests.bench.report import Report
from tests.builders.accounts import make_actor

LONG_KB, CORPUS_KB = 1.6, 3.5
KILOBYTE = 1000
SLUG = "one-page"


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """A page of 1,000 edits made through the edit service, then the histories of the corpus."""
    _one_page(folder / "one-page", report, edits=100 if is_quick else 1000)
    _corpus(folder / "corpus", report)


def _one_page(instance: Path, report: Report, edits: int) -> None:
    app = create_app(config.read(environ_of(instance)))
    with app.app_context():
        upgrade()
        without_waiting()
        person = make_actor(Role.OFFICER)
        new_policy(SLUG, "zh-Hans", texts.law("zh-Hans", PAGE_BYTES, 1), person)
        Worker(instance).drain()
        before = _bytes_by_table(instance)
        for number in range(1, edits + 1):
            _save(number, person)
        Worker(instance).drain()
        after = _bytes_by_table(instance)
        db.session.remove()
        db.engine.dispose()
        app.extensions["gongyi_renderer"].close()
    _report(report, f"a revision of the page of {edits:,}", before, after, edits, LONG_KB)


def _save(number: int, person: Actor) -> None:
    text = texts.edited(get_version(1, number).text, number)
    edit = Edit(base=number, text=text, summary=f"第{number}次修改", token=f"token{number:019d}")
    save_edit(SLUG, edit, actor=person)
    db.session.commit()


def _corpus(instance: Path, report: Report) -> None:
    name = "a revision of the corpus histories"
    histories = texts.CORPUS / "histories"
    if not histories.is_dir():
        report.missing("disk", name, f"≤ {CORPUS_KB} KB", "CORPUS_DIR is absent")
        return
    environ = {**os.environ, **environ_of(instance)}
    flask = [sys.executable, "-m", "flask"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environ, check=True, timeout=60,
                   capture_output=True)  # fmt: skip
    before = _bytes_by_table(instance)
    folders = [str(path) for path in sorted(histories.iterdir()) if path.is_dir()]
    for command in (["policies", "import", *folders], ["worker", "--once"]):
        done = subprocess.run([*flask, *command], cwd=ROOT, env=environ, timeout=300, check=False,
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode != 0:
            report.missing("disk", name, f"≤ {CORPUS_KB} KB", done.stderr.strip()[-120:])
            return
    after = _bytes_by_table(instance)
    with sqlite3.connect(instance / "gongyi.db") as connection:
        count = int(connection.execute("SELECT count(*) FROM revision").fetchone()[0])
    _report(report, name, before, after, count, CORPUS_KB)


def _bytes_by_table(instance: Path) -> dict[str, int]:
    """Bytes of pages by table and index, after everything has reached the database file."""
    with sqlite3.connect(instance / "gongyi.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
    connection.close()
    return {str(name): int(size) for name, size in rows}


def _report(
    report: Report, name: str, before: dict[str, int], after: dict[str, int], count: int,
    target: float,
) -> None:  # fmt: skip
    grown = {table: round((after[table] - before.get(table, 0)) / count) for table in after}
    report.details[f"bytes of {name}"] = {
        table: size for table, size in sorted(grown.items(), key=lambda one: -one[1]) if size
    }
    total = (sum(after.values()) - sum(before.values())) / count / KILOBYTE
    largest = ", ".join(
        f"{table} {size}" for table, size in list(report.details[f"bytes of {name}"].items())[:4]
    )
    report.at_most("disk", name, total, target, unit="KB", note=largest)
