"""The figures of the dashboard: measured by the worker, dropped, rebuilt, and shown with care."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

import config
from app import clock
from app.access.actor import Role
from app.consensus.models import RevisionChange
from app.consensus.services.rebuilding import rebuild
from app.database import committing, db
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.checking_client import CheckingClient

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def moving_policy() -> str:
    """Three versions: 三日 → 两日 on a Monday, → 五日 sixteen days later."""
    officer = make_actor(Role.OFFICER)
    with clock.frozen(MONDAY):
        slug = make_policy(officer).slug
        save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    with clock.frozen(MONDAY + timedelta(days=16)):
        save_text(slug, TEXT.replace("三日", "五日"), actor=officer, base=2)
    return slug


def test_figures_that_were_lost_are_rebuilt_the_same(app: Flask, settings: config.Settings) -> None:
    moving_policy()
    Worker(settings.instance_dir).drain()

    def stored() -> list[tuple[object, ...]]:
        rows = db.session.scalars(
            select(RevisionChange).order_by(RevisionChange.number, RevisionChange.clause)
        )
        return [(r.number, r.clause, r.inserted, r.deleted) for r in rows]

    measured = stored()
    with committing():
        db.session.execute(delete(RevisionChange))
    assert rebuild() == 3
    assert stored() == measured
    assert measured


def test_the_page_says_when_the_worker_is_behind(app: Flask, client: CheckingClient) -> None:
    slug = moving_policy()
    assert "The figures are being counted." in client.get(f"/policies/{slug}/consensus").text


def test_a_version_that_changed_no_words_is_counted_and_nobody_waits(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    save_text(slug, TEXT.replace("第一条 为了", "第一条  为了"), actor=officer, base=1)
    Worker(settings.instance_dir).drain()
    assert "in a moment" not in client.get(f"/policies/{slug}/consensus").text


def test_outsiders_learn_nothing_of_the_step_from_a_private_version(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer, is_public=False).slug
    save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    plan_publication(slug, at=None, with_history=False, actor=officer)
    db.session.commit()
    Worker(settings.instance_dir).drain()
    page = client.get(f"/policies/{slug}/consensus").text
    assert "Counted from version 2 on" in page
    assert "compare/1...2" not in page
    history = client.get(f"/policies/{slug}/clauses/c3/history").text
    assert "1 words in" not in history


PAGES = ("consensus", "consensus?show=unseen", "consensus/c2", "consensus/c3", "")
BULK = "\n\n".join(f"第{n}条 " + "甲乙丙丁戊己庚辛" * 40 for n in range(1, 31))
OTHER = "\n\n".join(f"第{n}条 " + "子丑寅卯辰巳午未" * 40 for n in range(1, 31))


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param((TEXT,), id="one revision"),
        pytest.param((TEXT, TEXT.replace("三日", "两日"), TEXT), id="one author"),
        pytest.param(
            (TEXT, f"# 停放办法\n\n{BULK}\n", f"# 停放办法\n\n{OTHER}\n"), id="all rewritten"
        ),
        pytest.param((TEXT, TEXT.replace("第二条", "第三条")), id="two articles of one number"),
        pytest.param(("# 停放办法\n\n说明。\n", TEXT), id="cut anew"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_always_render(
    app: Flask,
    client: CheckingClient,
    settings: config.Settings,
    texts: tuple[str, ...],
    lang: str,
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer, text=texts[0]).slug
    for base, text in enumerate(texts[1:], start=1):
        save_text(slug, text, actor=officer, base=base)
    client.get(f"/?lang={lang}")
    for path in PAGES:
        assert client.get(f"/policies/{slug}/{path}".rstrip("/")).status_code in (200, 302, 404)
    assert client.get(f"/policies/{slug}/consensus").status_code == 200
    Worker(settings.instance_dir).drain()
    page = client.get(f"/policies/{slug}/consensus").text
    assert "sign-unknown" not in page
    assert client.get("/consensus").status_code == 200
    for path in PAGES:
        assert client.get(f"/policies/{slug}/{path}".rstrip("/")).status_code in (200, 302, 404)
