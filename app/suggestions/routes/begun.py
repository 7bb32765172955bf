"""When somebody began to write, sealed into the form, so that a late sending can be believed."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def sealed(policy_id: int, edit_token: str, begun_at: datetime) -> str:
    """``begun_at`` for the form with this token; of no use in any other."""
    return str(_seal().dumps([policy_id, edit_token, begun_at.isoformat()]))


def opened(value: str, policy_id: int, edit_token: str) -> datetime | None:
    """The moment that ``sealed`` put into ``value``; None when it was not made for this form."""
    try:
        policy, token, moment = _seal().loads(value[:300])
    except (BadSignature, ValueError):
        return None
    is_ours = (policy, token) == (policy_id, edit_token)
    return datetime.fromisoformat(moment) if is_ours else None


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="begun")
