"""Ask for permission or raise the refusal that the edge turns into a page."""

from __future__ import annotations

from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import could_after_signing_in, may
from app.access.predicates import Subject
from app.errors import NotAllowed, NotFound, SignInNeeded
from app.messages import N_


def ensure(actor: Actor, act: Act, subject: Subject | None = None) -> None:
    """Raise NotFound for what the actor may not even see, NotAllowed with the reason otherwise."""
    if subject is not None and not subject.is_visible:
        raise NotFound(N_("This page does not exist."))
    permission = may(actor, act, subject)
    if permission:
        return
    if actor.is_anonymous and could_after_signing_in(act):
        raise SignInNeeded(permission.reason)
    raise NotAllowed(permission.reason)
