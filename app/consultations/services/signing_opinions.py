"""Sign an expert's opinion on a draft: with name, affiliation and declared interest, for good."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import OpinionSigned
from app.consultations.models import ExpertOpinion
from app.consultations.rules import named_clause
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.text.canonical import check_line, check_words, refused_in

MOST_NAME, MOST_AFFILIATION, MOST_INTEREST, MOST_WORDS = 80, 200, 1000, 20_000  # characters
_NEEDED = {
    "name": N_("Please sign with your name."),
    "affiliation": N_("Please write where you work or whom you belong to."),
    "interest": N_("Please declare your interest; if there is none, write that there is none."),
    "words": N_("Please write your opinion."),
}


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """An opinion as it is signed; ``clause`` is an id or a label, "" for the whole draft."""

    name: str
    affiliation: str
    interest: str
    words: str
    clause: str = ""


def sign_opinion(slug: str, new: NewOpinion, *, actor: Actor) -> ExpertOpinion:
    """Put a signed opinion beside the draft. A further one stands beside it; none is changed."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.GIVE_OPINION, office_facts(policy, actor))
    new = _checked(new)
    writing()
    policy = lock_head(policy.id)
    clause = _clause(policy, new.clause)
    salt = secrets.token_bytes(16)
    opinion = ExpertOpinion(
        policy_id=policy.id,
        clause=clause,
        by_id=actor.person_id,
        signed_name=new.name,
        affiliation=new.affiliation,
        interest=new.interest,
        words=new.words,
        salt=salt,
        signed_at=clock.now(),
    )
    db.session.add(opinion)
    db.session.flush()
    touch(policy)
    signed = "\n".join((new.name, new.affiliation, new.interest, new.words))
    event = OpinionSigned(
        policy=policy.id, opinion=opinion.id, clause=clause or "", words=salted_hash(salt, signed)
    )
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return opinion


def _checked(new: NewOpinion) -> NewOpinion:
    with refused_in("name"):
        name = check_line(new.name, characters=MOST_NAME)
    with refused_in("affiliation"):
        affiliation = check_line(new.affiliation, characters=MOST_AFFILIATION)
    with refused_in("interest"):
        interest = check_words(new.interest, MOST_INTEREST)
    with refused_in("words"):
        words = check_words(new.words, MOST_WORDS)
    new = replace(new, name=name, affiliation=affiliation, interest=interest, words=words)
    for field, sentence in _NEEDED.items():
        if not getattr(new, field):
            raise RuleBroken(sentence, field=field)
    return new


def _clause(policy: Policy, name: str) -> str | None:
    if not name.strip():
        return None
    clause = named_clause(get_version(policy.id, policy.head_number).outline, name)
    if clause is None:
        raise RuleBroken(
            N_("There is no article “%(name)s” in this draft."), field="clause", name=name[:40]
        )
    return clause.id
