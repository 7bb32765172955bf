"""The verbs of keeping order: act, flag, claim, hold, review, inspect, remove for good."""

from app.moderation.services.acting import (
    ALONE,
    Decision,
    Link,
    act,
    reverse,
)

__all__ = [
    "ALONE",
    "Decision",
    "Link",
    "act",
    "reverse",
]
