"""What the ledger says of those who keep order: their role for everybody, who they are for nobody."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from app.access.actor import Role
from app.database import db
from app.ledger.models import EventRecord
from app.moderation.services import Decision
from app.moderation.services.holding import begin_hold
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread
from tests.builders.moderation import act_on_comment
from tests.builders.policies import make_policy


def test_no_public_event_names_the_volunteer_who_acted(app: Flask) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    comment = make_thread(policy).first
    act_on_comment(comment.id, Decision("hide", "insult", "calls names"), actor=volunteer)
    begin_hold(policy.slug, actor=volunteer)
    db.session.commit()
    events = db.session.scalars(select(EventRecord)).all()
    public = [event for event in events if event.is_public]
    assert {"CommentHidden", "HoldBegun"} <= {event.kind for event in public}
    assert [one for one in public if volunteer.public_id in (one.actor, *_values(one))] == []
    signed = [event for event in events if event.kind == "ActSigned"]
    assert [(one.actor, one.is_public) for one in signed] == [(volunteer.public_id, False)] * 2
    assert [json.loads(one.payload)["kind"] for one in signed] == ["CommentHidden", "HoldBegun"]


def _values(event: EventRecord) -> list[object]:
    return list(json.loads(event.payload).values())
