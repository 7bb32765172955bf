"""The verbs of keeping order: act, flag, claim, hold, review, inspect, remove for good."""

from app.moderation.services.acting import (
    ALONE,
    Decision,
    Link,
    act,
    act_on_comment,
    act_on_suggestion,
    act_on_summary,
    reverse,
)

__all__ = [
    "ALONE",
    "Decision",
    "Link",
    "act",
    "act_on_comment",
    "act_on_suggestion",
    "act_on_summary",
    "reverse",
]
