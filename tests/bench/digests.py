"""The digests of ten thousand people, queued and written out, in a process of its own.

``python -m tests.bench.digests one|mixed [PEOPLE]`` prints JSON: seconds to queue them, seconds to
write all of them with their headers (what a mail server takes is not counted), how many parts were
made for that, and the most memory. ``one``: everybody follows one policy with fifty happenings;
``mixed``: one to five of two hundred policies, every third of those follows one article alone.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert, select

import config
from app import clock, create_app
from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import OutgoingMessage, Person
from app.database import committing, db
from app.ledger import delivery, sealing
from app.notifications import mailer
from app.notifications.models import Watch
from app.notifications.services import composing, digesting
from app.notifications.services.composing import Waiting
from app.notifications.services.digest_press import press
from app.policies.models import Policy
from app.policies.queries import find_policy_id
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from app.reactions import REACTIONS
from tests.bench import texts
from tests.bench.dataset import new_policy
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread

ARTICLES, POLICIES, HAPPENINGS = 40, 200, 50


def measure(shape: str, people: int = 10_000) -> dict[str, Any]:
    """Figures for one shape of following."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(config.read(), instance_dir=Path(folder), throttles=False)
        settings = replace(settings, database_url=f"sqlite:///{folder}/gongyi.db")
        app = create_app(settings)
        with app.app_context():
            upgrade()
            _build(shape, people)
            figures = _send(settings)
        app.extensions["gongyi_renderer"].close()
    return {"shape": shape, "people": people} | figures


def _build(shape: str, people: int) -> None:
    owner, writer = make_actor(Role.OFFICER), make_actor()
    each = HAPPENINGS if shape == "one" else 6
    slugs = [f"draft-{number}" for number in range(1 if shape == "one" else POLICIES)]
    before = clock.now() - timedelta(hours=5)
    with clock.frozen(before):
        for slug in slugs:
            articles = [
                texts.article("zh-Hans", n, texts.paragraph("zh-Hans", random.Random(n)))
                for n in range(1, ARTICLES + 1)
            ]
            new_policy(slug, "zh-Hans", "\n\n".join(["# 办法", *articles]) + "\n", owner)
    _deliver()
    _follow(shape, people, slugs)
    for slug in slugs:
        _happen(slug, each, owner, writer)
    _deliver()


def _follow(shape: str, people: int, slugs: list[str]) -> None:
    chance = random.Random("followers")
    since = clock.now() - timedelta(hours=4)
    policies = [find_policy_id(slug) for slug in slugs]
    base = {"role": Role.RESIDENT, "confirmation": Confirmation.CONTACT, "created_at": since}
    rows = [
        base | {
            "public_id": f"reader{n}", "name": f"R{n}", "email": f"reader{n}@example.org",
            "locale": "en" if n % 4 == 0 else "zh_Hans_CN",
        }
        for n in range(people)
    ]  # fmt: skip
    with committing():
        db.session.execute(insert(Person), rows)
        ids = db.session.scalars(select(Person.id).where(Person.public_id.startswith("reader")))
        watches = []
        for person_id in ids:
            chosen = chance.sample(policies, min(len(policies), chance.randint(1, 5)))
            for place, policy_id in enumerate(chosen):
                clause = f"c{chance.randint(2, ARTICLES)}" if place % 3 == 2 else ""
                row = {"person_id": person_id, "policy_id": policy_id, "clause": clause}
                watches.append(row | {"thread_id": 0, "since": since})
        db.session.execute(insert(Watch), watches)


def _happen(slug: str, count: int, owner: Actor, writer: Actor) -> None:
    """Half versions, half discussions, spread over the articles."""
    policy_id = find_policy_id(slug)
    assert policy_id is not None
    for number in range(count):
        policy = db.session.get_one(Policy, policy_id)
        if number % 2:
            clause = f"c{number % ARTICLES + 2}"
            make_thread(policy, writer, f"Reason {number} against it.", clause=clause)
            continue
        head = get_version(policy_id, policy.head_number)
        place = head.outline[number % ARTICLES + 1]
        text = head.text.replace(
            place.text, place.text.rstrip() + f"另有规定的第{number}款除外。\n\n"
        )
        save_edit(slug, Edit(base=head.number, text=text, summary="s"), actor=owner)
        db.session.commit()


def _deliver() -> None:
    while sealing.seal():
        pass
    wanted = [one for one in REACTIONS if one.name.startswith("notifications.")]
    while delivery.deliver(wanted):
        pass


def _send(settings: config.Settings) -> dict[str, Any]:
    begun, cpu = time.monotonic(), time.process_time()
    queued = digesting.run("daily")
    queueing, queueing_cpu = time.monotonic() - begun, time.process_time() - cpu
    made = press.made
    begun, cpu, size, longest = time.monotonic(), time.process_time(), 0, 0.0
    for row in _rows():
        started = time.monotonic()
        letter = composing.compose(row, settings)
        db.session.rollback()
        assert letter is not None
        mail = mailer.Mail(row.ident, row.address, letter, row.created_at, "http://x/unsubscribe/x")
        octets = mailer.build(mail, site_url=settings.site_url, sender="w@example.org").as_bytes()
        size += len(octets)
        longest = max(longest, time.monotonic() - started)
    return {
        "queued": queued,
        "queueing_seconds": round(queueing, 1),
        "queueing_cpu_seconds": round(queueing_cpu, 1),
        "writing_seconds": round(time.monotonic() - begun, 1),
        "writing_cpu_seconds": round(time.process_time() - cpu, 1),
        "longest_ms": round(longest * 1000),
        "parts_made": [made, press.made - made],
        "kilobytes_a_letter": round(size / max(queued, 1) / 1024, 1),
        "megabytes": round(getrusage(RUSAGE_SELF).ru_maxrss / 1024),
    }


def _rows() -> list[Waiting]:
    query = select(OutgoingMessage).where(OutgoingMessage.template == "digest")
    return [
        Waiting(
            id=row.id,
            channel=row.channel,
            address=row.address,
            template=row.template,
            locale=row.locale,
            values=json.loads(row.values),
            created_at=row.created_at,
            token="x" * 43,
        )
        for row in db.session.scalars(query)
    ]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], *(int(one) for one in sys.argv[2:3]))))
