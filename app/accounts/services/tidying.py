"""A regular duty: what has run out is deleted, so that nothing is kept longer than it serves."""

from __future__ import annotations

from app.accounts.services import codes, sign_ins, throttling
from app.database import writing


def forget_expired() -> None:
    """Delete expired codes, sign-ins and counters; the worker commits."""
    writing()
    codes.forget_expired()
    sign_ins.forget_expired()
    throttling.forget_expired()
