"""Write the papers of a draft: its explanation and what else is published with it."""

from __future__ import annotations

from dataclasses import dataclass

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import AnnexSaved
from app.consultations.models import Annex
from app.consultations.queries.beside import find_explanation, get_annex
from app.consultations.queries.preparedness import EXPLANATION
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import canonical, check_title, refused_in

PAPER = "paper"
MOST_TEXT = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is written: ``kind`` explanation or paper, ``text`` in Markdown."""

    kind: str
    title: str
    text: str


def save_annex(slug: str, paper: Paper, *, actor: Actor, number: int | None = None) -> Annex:
    """A new paper, or paper ``number`` with other words. A draft has one explanation: a second
    one takes the place of the first."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_PAPERS, facts(policy, actor))
    title, text = _checked(paper)
    writing()
    policy = lock_head(policy.id)
    if number is not None:
        annex = get_annex(policy.id, number)
    else:
        earlier = find_explanation(policy.id) if paper.kind == EXPLANATION else None
        annex = earlier or Annex(policy_id=policy.id, kind=paper.kind)
        db.session.add(annex)
    annex.title, annex.text = title, text
    annex.by_id, annex.saved_at = actor.person_id, clock.now()
    db.session.flush()
    touch(policy)
    event = AnnexSaved(policy=policy.id, annex=annex.id, kind=annex.kind)
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return annex


def _checked(paper: Paper) -> tuple[str, str]:
    if paper.kind not in (EXPLANATION, PAPER):
        raise RuleBroken(N_("Please choose what kind of paper it is."), field="kind")
    with refused_in("title"):
        title = check_title(paper.title)
    if not title:
        raise RuleBroken(N_("Please give the paper a title."), field="title")
    with refused_in("text"):
        text = canonical(paper.text).text
    if not text.strip():
        raise RuleBroken(N_("Please write the paper."), field="text")
    if len(text) > MOST_TEXT:
        raise RuleBroken(N_("At most %(max)s characters, please."), field="text", max=MOST_TEXT)
    return title, text
