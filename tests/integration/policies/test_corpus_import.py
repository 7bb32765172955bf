"""Real laws and a policy really drafted in the open: in, listed, out again, the same."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import VISITOR
from app.accounts.models import Person
from app.database import db
from app.policies.models import Revision
from app.policies.queries import get_policy
from tests.builders.fresh_instance import FreshInstance
from tests.builders.policy_files import bring_in

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def rows(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_policy_drafted_in_the_open_keeps_its_authors_and_summaries(
    app: Flask, corpus: Path, rows: list[dict[str, str]]
) -> None:
    slug = "en-open-source-policy"
    assert bring_in(corpus / "histories" / slug).added == 42
    given = [row for row in rows if row["series"] == slug]
    policy = get_policy(slug, VISITOR)
    assert (policy.title, policy.language) == (given[0]["title"], "en")
    stored = db.session.execute(
        select(Revision, Person)
        .join(Person, Person.id == Revision.author_id)
        .where(Revision.policy_id == policy.id)
        .order_by(Revision.number)
    ).all()
    assert [person.name for _, person in stored] == [row["author"] for row in given]
    assert [revision.summary for revision, _ in stored] == [row["summary"] for row in given]
    assert len({person.id for _, person in stored}) == 16
    assert [revision.sha256.hex()[:16] for revision, _ in stored] == [r["sha256"] for r in given]
    moments = [revision.saved_at for revision, _ in stored]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("zh/zh-beijing-026.md", "zh-Hans"),
        ("en/en-somerville-021.md", "en"),
        ("histories/zht-noise-control", "zh-Hant"),
    ],
)
def test_the_manifest_gives_language_and_title(
    app: Flask, corpus: Path, rows: list[dict[str, str]], path: str, language: str
) -> None:
    outcome = bring_in(corpus / path)
    policy = get_policy(outcome.slug, VISITOR)
    titles = {row["title"] for row in rows if row["path"].startswith(path)}
    assert policy.language == language
    assert policy.title in titles


def test_the_whole_corpus_goes_in_and_comes_out_byte_for_byte(
    app: Flask, corpus: Path, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    given = {
        key_of(row): (corpus / row["path"]).read_bytes() for row in rows if row["kind"] != "reasons"
    }
    printed = run(app, "import", corpus)
    assert "98 policies new" in printed
    assert "181 versions added" in printed
    assert "U+200B" in printed
    assert "98 unchanged; 0 versions" in run(app, "import", corpus)

    listed = json.loads(run(app, "list", "--json"))
    heads = {key.removesuffix(".md").partition("/")[0]: text for key, text in given.items()}
    assert {one["slug"]: one["sha256"] for one in listed} == {
        slug: hashlib.sha256(text).hexdigest() for slug, text in heads.items()
    }

    run(app, "export", tmp_path / "out")
    out = files_of(tmp_path / "out")
    assert {path: content for path, content in out.items() if path.endswith(".md")} == given

    elsewhere = FreshInstance(tmp_path / "elsewhere")
    elsewhere.run("policies", "import", str(tmp_path / "out"))
    elsewhere.run("policies", "export", str(tmp_path / "out-again"))
    assert files_of(tmp_path / "out-again") == out


def run(app: Flask, *arguments: str | Path) -> str:
    result = app.test_cli_runner().invoke(args=["policies", *map(str, arguments)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def key_of(row: dict[str, str]) -> str:
    """Where the file of a manifest's row stands in an export."""
    name = Path(row["path"]).name
    return f"{row['series']}/{name}" if row["series"] else name


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``: outlines and manifest too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
