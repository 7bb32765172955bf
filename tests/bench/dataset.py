"""The data that is measured: people signed in, 1,000 policies, long histories, large texts.

Built through the real services in a process of its own (``python -m tests.bench.dataset``), only
without waiting for the disk after each commit. What a client must know is left in ``bench.json``.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from app.access.actor import Actor, Role
from app.database import committing, db
from app.ledger import sealing
from app.policies.models import Policy
from app.policies.services.creating import NewPolicy, create_policy
from app.policies.services.writing_revisions import Author, Origin, append, lock_head
from app.policies.versions import get_version
from app.text.identity import carry
from app.worker import Worker
from tests.bench import texts
from tests.builders.accounts import make_actor, sign_in

PAGE_BYTES = 5600
EDITORS = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """How much to build: policies, revisions of the long, short and longest history, and the
    revisions of a 10 KB and of a 500 KB text that are compared with each other."""

    policies: int = 1000
    long: int = 1000
    short: int = 100
    longest: int = 10_000
    small_text: int = 12
    large_text: int = 5
    large_bytes: int = 500_000


QUICK = Shape(policies=60, long=80, short=60, longest=240, small_text=8, large_bytes=60_000)


def build(shape: Shape, start: int = 0) -> None:
    """Fill the instance of the environment; ``start`` > 0 only adds policies to an earlier one."""
    app = create_app()
    instance = app.config["SETTINGS"].instance_dir
    known: dict[str, Any] = {}
    with app.app_context():
        upgrade()
        without_waiting()
        editors = _editors("more" if start else "bench")
        slugs = _policies(range(start, shape.policies), editors[0])
        if not start:
            known = {
                "shape": asdict(shape),
                "slugs": slugs,
                "histories": _histories(shape, editors),
            }
        _settle(instance)
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
    if known:
        # Outside the context above, in which all browsers would share one form token.
        known["people"] = [browser_of(app, editor, slugs[0]) for editor in editors]
        (instance / "bench.json").write_text(json.dumps(known))
    app.extensions["gongyi_renderer"].close()


def _editors(name: str) -> list[Actor]:
    return [
        make_actor(
            Role.OFFICER, public_id=f"{name}{n}", name=f"Editor {n}", name_skeleton=None, email=None
        )
        for n in range(EDITORS + 1)
    ]


def _histories(shape: Shape, editors: list[Actor]) -> dict[str, Any]:
    owner = editors[0]
    return {
        "long": _history("long-history", shape.long, PAGE_BYTES, owner),
        "short": _history("short-history", shape.short, PAGE_BYTES, owner),
        "longest": _history("longest-history", shape.longest, PAGE_BYTES, owner),
        "small_text": _history("small-text", shape.small_text, 10_000, owner),
        "large_text": _history("large-text", shape.large_text, shape.large_bytes, owner),
    }


def _policies(numbers: range, owner: Actor) -> list[str]:
    slugs = []
    for number in numbers:
        language = texts.LANGUAGES[number % 2]
        text = texts.law(language, PAGE_BYTES, number)
        slugs.append(new_policy(f"rules-{number}", language, text, owner).slug)
        if number % 50 == 49:
            _progress(f"{number + 1} policies")
    return slugs


def new_policy(slug: str, language: str, text: str, owner: Actor) -> Policy:
    """A public policy that everybody who is signed in may edit, committed."""
    new = NewPolicy(
        title=text[2 : text.index("\n")], language=language, kind="policy", text=text,
        summary="first draft", is_public=True, mode="open", slug=slug,
    )  # fmt: skip
    with committing():
        return create_policy(new, actor=owner)


def _history(slug: str, count: int, size: int, owner: Actor) -> dict[str, Any]:
    """One policy with ``count`` revisions, each with one article a little different."""
    text = texts.law("en", size, 1)
    policy_id = new_policy(slug, "en", text, owner).id
    done = 1
    while done < count:
        with committing():
            policy = lock_head(policy_id)
            before = get_version(policy_id, policy.head_number).outline
            for number in range(done + 1, min(done + 100, count) + 1):
                text = texts.edited(text, number)
                carried = carry(before, text, next_id=policy.next_clause)
                append(
                    policy, text, carried.outline, before=before,
                    author=Author(owner.person_id, owner.public_id, owner.role), actor=owner,
                    summary=f"edit number {number}", origin=Origin(),
                )  # fmt: skip
                db.session.flush()
                policy.next_clause = carried.next_id
                before = carried.outline
                done = number
        _progress(f"{slug}: {done} revisions")
    return {"slug": slug, "revisions": count}


def browser_of(app: Flask, person: Actor, slug: str) -> dict[str, str]:
    """The cookie of a signed-in browser and a form token that belongs to it."""
    client = app.test_client()
    with app.app_context():
        sign_in(client, person)
    page = client.get(f"/policies/{slug}/edit").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = client.get_cookie("gongyi")
    if token is None or cookie is None:
        raise RuntimeError(f"the edit page holds no form: {page[:200]}")
    return {"cookie": f"gongyi={cookie.value}; lang=en", "csrf_token": token.group(1)}


def _settle(instance_dir: Path) -> None:
    """Seal and deliver everything, so that the measured worker starts with nothing to do."""
    _progress("sealing, measuring, indexing")
    while sealing.seal():
        pass
    Worker(instance_dir).drain()


def without_waiting() -> None:
    """Let commits of this process return before they are on the disk."""

    @event.listens_for(db.engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    db.engine.dispose()


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r  building: {words:<60}", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Arguments: the shape as JSON, and the number of the first policy to add."""
    build(Shape(**json.loads(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
