"""What a stop of the clock does to the answers: they may take as much longer."""

from __future__ import annotations

from app import clock
from app.consultations.queries.calls import find_call
from app.consultations.queries.due import closed_at_of, held_days
from app.database import must_be_writing
from app.policies.models import Policy


def lengthen_answers(policy: Policy) -> None:
    """Before the locked ``policy`` goes on: answers that were due meanwhile are due as many begun
    days later. Comments that were open are put off by the move itself."""
    must_be_writing()
    call = find_call(policy.id)
    if call is None or policy.held_at is None or closed_at_of(policy, call) is None:
        return
    call.held_days += held_days(policy.held_at, clock.now())
