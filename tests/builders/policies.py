"""Policies for tests, made through the real services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import clock
from app.access.actor import Actor, Role
from app.database import db, writing
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.services import publishing
from app.policies.services.creating import NewPolicy, create_policy
from app.policies.services.saving import Edit, save_edit
from app.policies.services.writing_revisions import lock_head
from tests.builders.accounts import make_actor

TEXT = """# 停放办法

第一条 为了规范停放，制定本办法。

第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。

第三条 本办法自2026年10月1日起施行。
"""


def make_policy(owner: Actor | None = None, **overrides: Any) -> Policy:
    """A public Chinese policy with one revision, owned by an officer."""
    owner = owner or make_actor(Role.OFFICER)
    values: dict[str, Any] = {
        "title": "停放办法",
        "language": "zh-Hans",
        "kind": "policy",
        "text": TEXT,
        "summary": "first draft",
        "is_public": True,
        "mode": "group",
    }
    values.update(overrides)
    policy = create_policy(NewPolicy(**values), actor=owner)
    db.session.commit()
    return policy


def save_text(slug: str, text: str, *, actor: Actor, base: int, summary: str = "edit") -> int:
    """Save ``text`` as the whole of the policy and commit; answers the revision's number."""
    saved = save_edit(slug, Edit(base=base, text=text, summary=summary), actor=actor)
    db.session.commit()
    return saved.number


def plan_publication(slug: str, *, at: datetime | None, with_history: bool, actor: Actor) -> None:
    """Let the policy be public from ``at`` on (None: now), as two officers agreed; flushes."""
    policy_id = get_policy(slug, actor).id
    writing()
    publishing.plan(
        lock_head(policy_id), at=at or clock.now(), with_history=with_history, actor=actor
    )
    if at is None:
        publishing.publish_due()
    db.session.flush()
