"""The open data says what everybody may read, of few people nothing, and leads from nobody to a
position."""

from __future__ import annotations

import csv
import json
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Confirmation, Role
from app.accounts.models import Person
from app.consensus.queries.statements import list_wordings
from app.consensus.services import figuring
from app.database import db
from app.opendata.check.run import check
from app.opendata.queries import texts
from app.opendata.services import exporting
from app.opendata.services.exporting import FILES, export
from app.policies.models import Policy
from app.policies.services.seating import NewSeat, name_seat
from app.worker import Worker
from tests.builders import needle
from tests.builders.accounts import make_actor, make_department
from tests.builders.discussions import make_thread
from tests.builders.many_positions import make_people, place_positions
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.suggestions import make_suggestion

SECRET = "a key of pseudonyms"


def exported(folder: Path, settings: config.Settings) -> str:
    """All files of an export as one text, once the worker has done its part."""
    Worker(settings.instance_dir).drain()
    for policy_id in db.session.scalars(select(Policy.id)).all():
        figuring.figure(policy_id)
    export(folder, SECRET)
    assert check(folder).wrong == {}
    return "\n".join((folder / name).read_text("utf-8") for name in FILES)


def positions(folder: Path) -> list[dict[str, str]]:
    with (folder / "positions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def test_no_file_holds_a_word_that_a_visitor_does_not_read(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    world = needle.plant()
    needle.hide(world)
    text = exported(tmp_path, settings).casefold()
    unread = [
        name
        for name, readers in needle.SEEN_BY.items()
        if needle.VISITOR not in readers and needle.WORDS[name] in text
    ]
    assert unread == []
    assert "three" in text
    assert "@example.org" not in text


def test_what_stood_there_before_a_draft_was_public_is_in_no_file(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner, is_public=False, text=TEXT.replace("三日", "玖拾日")).slug
    save_text(slug, TEXT, actor=owner, base=1, summary="肆拾日太长")
    plan_publication(slug, at=None, with_history=False, actor=owner)
    db.session.commit()
    save_text(slug, TEXT.replace("三日", "陆日"), actor=owner, base=2)
    text = exported(tmp_path, settings)
    assert not set("玖拾肆") & set(text)
    assert {"陆"} <= {row["text"] for row in lines(tmp_path, "tokens.jsonl")}
    origins = {tuple(row["origin"]) for row in lines(tmp_path, "tokens.jsonl")}
    assert origins == {(0, 0), (3, 0)}
    assert [row["rev"] for row in lines(tmp_path, "revisions.jsonl")] == [2, 3]


def test_an_officer_without_a_name_has_another_one_in_each_policy(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    office = make_department("Bureau")
    owner = make_actor(Role.OFFICER, department_id=office.id)
    officer = make_actor(Role.OFFICER, name="Wolpertinger")
    found = []
    for title in ("One", "Two"):
        policy = make_policy(owner, title=title, mode="open")
        seat = NewSeat("front_line", officer.public_id, "Haidian", shows_name=False)
        name_seat(policy.slug, seat, actor=owner)
        db.session.commit()
        save_text(policy.slug, TEXT.replace("三日", "二日"), actor=officer, base=1)
        make_thread(policy, officer, "I walk there every day.", clause="c3")
        make_suggestion(policy, "c2", "第一条 为了停放，制定本办法。", officer)
    text = exported(tmp_path, settings)
    assert officer.public_id not in text
    for name in ("revisions.jsonl", "suggestions.jsonl"):
        found += [row["actor"] for row in lines(tmp_path, name) if row["actor"] != owner.public_id]
    assert len(set(found)) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", actor) for actor in found)


def test_a_role_of_few_people_is_told_by_no_row(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    """Three officers agree on both articles; on the second five volunteers do, too."""
    policy = make_policy()
    now = list_wordings(policy)
    residents, volunteers = make_people(12, prefix="a"), make_people(5, prefix="b")
    sure = make_people(2, prefix="c")
    officers = make_people(3, prefix="d")
    stances = [(who, "c-c2", 1) for who in residents]
    place_positions(policy.id, now, [*stances, *((who, "c-c3", -1) for who in residents)])
    place_positions(
        policy.id, now, [(who, "c-c2", -1) for who in sure], confirmation=Confirmation.MOBILE
    )
    for statement in ("c-c2", "c-c3"):
        place_positions(
            policy.id, now, [(who, statement, 1) for who in officers], role=Role.OFFICER
        )
    volunteering = [(who, "c-c3", 1) for who in volunteers]
    place_positions(policy.id, now, volunteering, role=Role.VOLUNTEER)
    exported(tmp_path, settings)
    told = [
        (row["statement"], row["counted"], row["role_at_time"], row["vote"])
        for row in positions(tmp_path)
    ]
    assert sorted(set(told)) == [
        ("c-c2", "people", "resident", "agree"),
        ("c-c2", "people", "resident", "disagree"),
        ("c-c3", "people", "resident", "disagree"),
        ("c-c3", "people", "volunteer", "agree"),
    ]
    assert len(told) == 14 + 12 + 5


def test_what_bodies_say_stands_apart_and_confirmation_beside_no_role(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    policy = make_policy()
    now = list_wordings(policy)
    for prefix, more in (
        ("a", {"confirmation": Confirmation.MOBILE}),
        ("b", {}),
        ("c", {"is_body": True}),
    ):
        people = make_people(6, prefix=prefix)
        place_positions(policy.id, now, [(who, "c-c3", 1) for who in people], **more)  # type: ignore[arg-type]
    exported(tmp_path, settings)
    counted = [(row["counted"], row["role_at_time"]) for row in positions(tmp_path)]
    assert sorted(counted) == sorted(
        [("people", "resident")] * 12 + [("confirmed", "")] * 6 + [("bodies", "")] * 6
    )


def test_no_position_leads_to_another_or_to_a_person(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    policy = make_policy()
    now = list_wordings(policy)
    people = make_people(9)
    for statement in ("c-c2", "c-c3"):
        place_positions(policy.id, now, [(who, statement, 1) for who in reversed(people)])
    exported(tmp_path, settings)
    names = [row["person"] for row in positions(tmp_path)]
    assert names == [f"n{number}" for number in range(1, 10)] * 2
    public_ids = set(db.session.scalars(select(Person.public_id)))
    others = "\n".join(
        (tmp_path / name).read_text("utf-8") for name in FILES if "positions" not in name
    )
    assert not any(name in public_ids or f'"{name}"' in others for name in names)
    assert not any(
        person in (tmp_path / "positions.csv").read_text("utf-8") for person in public_ids
    )


def test_all_rows_are_of_one_moment_though_somebody_saves_meanwhile(
    app: Flask, settings: config.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    Worker(settings.instance_dir).drain()

    def save() -> None:
        with app.app_context():
            save_text(slug, TEXT.replace("三日", "两日"), actor=owner, base=1)

    def list_and_save(secret: str) -> Any:
        found = texts.list_published(secret)
        thread = threading.Thread(target=save)
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(exporting, "list_published", list_and_save)
    export(tmp_path, SECRET)
    assert lines(tmp_path, "policies.jsonl")[0]["head"] == 1
    assert len(lines(tmp_path, "revisions.jsonl")) == 1
    assert check(tmp_path).wrong == {}
    monkeypatch.undo()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        export(tmp_path, SECRET)
    assert len(lines(tmp_path, "revisions.jsonl")) == 2
    assert check(tmp_path).wrong == {}
