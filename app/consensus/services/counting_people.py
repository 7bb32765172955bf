"""Figures of the people on a draft: how the conversation goes, and who takes part."""

from __future__ import annotations

from typing import Any

from app import clock
from app.consensus.queries.conversation import Sent, list_sent, list_speakers
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.lives import find_excluded
from app.consensus.queries.public_history import Step, list_hands, list_lenient, list_steps
from app.consensus.rules import participation, shares, talk
from app.consensus.rules.participation import Presence
from app.consensus.rules.talk import Contributed, Objection
from app.consultations.queries.calendar import day_of
from app.policies.models import Policy
from app.suggestions.rules import Kind, State


def count_talk(policy: Policy) -> dict[str, Any]:
    """Of what is owed an answer: how many wait how long (``ages``), the ``median_seconds`` to the
    office's first word (None while fewer than half have heard from it) and ``by_month``; ``sent``
    and ``replied`` count what that is of. ``objections`` are all that were raised."""
    now, service_days = clock.now(), get_thresholds(policy.id).service_days
    sent = list_sent(policy)
    owed = [_contributed(one) for one in sent if one.is_owed]
    waiting = [one for one in owed if one.is_waiting]
    objections = [
        Objection(one.closed_by_opener is not None, bool(one.closed_by_opener))
        for one in sent
        if one.kind == Kind.OBJECTION
    ]
    return {
        "service_days": service_days,
        "waiting": len(waiting),
        "ages": talk.ages(waiting, now, service_days),
        "sent": len(owed),
        "replied": sum(one.replied_at is not None for one in owed),
        "median_seconds": talk.median(talk.durations(owed, now)) if len(owed) >= talk.FEW else None,
        "by_month": talk.by_month(owed, now),
        "objections": talk.count_objections(objections),
    }


def _contributed(one: Sent) -> Contributed:
    return Contributed(
        f"{day_of(one.sent_at):%Y-%m}", one.sent_at, one.spoken_at, one.state == State.OPEN
    )


def count_people(policy: Policy) -> dict[str, Any]:
    """Who takes part: ``mix`` by week (``period``), the ``newcomers``, and how many people wrote
    half of the words of the current text that are anybody's (``half`` of ``writers``)."""
    steps, left_out = list_steps(policy), find_excluded(policy.id)
    presences = [
        *(_saved(step) for step in steps if step.number not in left_out),
        *(Presence(day_of(one.sent_at), one.person, one.role) for one in list_sent(policy)),
        *(Presence(day_of(at), person, role) for at, person, role in list_speakers(policy)),
    ]
    period, mix = participation.role_mix(presences)
    origins = list_lenient(policy.id, policy.head_number).values()
    words = list_hands(policy, steps).count(origin for found in origins for origin in found)
    by_person = participation.by_person(words)
    return {
        "period": period,
        "mix": mix,
        "newcomers": participation.newcomers(presences),
        "writers": len(by_person),
        "half": shares.fewest_for_half(by_person),
        "gini": shares.gini(by_person),
        "tokens": sum(by_person),
        "unattributed": words.total() - sum(by_person),
    }


def _saved(step: Step) -> Presence:
    return Presence(day_of(step.at), step.person, step.role)
