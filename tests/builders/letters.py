"""Letters for tests: who follows, and what leaves the site in a round of the worker."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import func, select

import config
from app.access.actor import Actor
from app.accounts.models import OutgoingMessage, Person
from app.database import committing, db
from app.notifications.models import MailFollower, ReaderState
from app.notifications.queries.watches import Target
from app.notifications.services.following_by_mail import Wanted, ask_to_follow, confirm
from app.notifications.services.letters import follower_token
from app.notifications.services.sending import send_pending
from app.notifications.services.watching import follow
from app.policies.models import Policy
from tests.builders.accounts import make_actor


def make_follower(target: Policy, clause: str = "", **person: Any) -> Actor:
    """A resident who follows a policy or one clause of it, committed."""
    actor = make_actor(**person)
    follow(Target(target, clause), actor=actor)
    db.session.commit()
    return actor


def make_mail_follower(target: Policy, address: str, clause: str = "", **more: str) -> MailFollower:
    """Somebody without an account who asked and confirmed, committed."""
    wanted = Wanted(address, more.get("period", "daily"), clause)
    ask_to_follow(target.slug, wanted, origin="test", locale=more.get("locale", "en"))
    db.session.commit()
    row = db.session.scalars(
        select(MailFollower).where(
            MailFollower.address == address.lower(), MailFollower.clause == clause
        )
    ).one()
    confirm(follower_token(row), origin="test")
    db.session.commit()
    with committing():
        db.session.execute(OutgoingMessage.__table__.delete())  # the letter that asked
    return row


def wish(actor: Actor, **wishes: Any) -> None:
    """What letters the person wants."""
    with committing():
        db.session.merge(ReaderState(person_id=actor.person_id, **wishes))


def waiting() -> int:
    """How many messages wait."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutgoingMessage)) or 0


def post(settings: config.Settings) -> list[EmailMessage]:
    """What the worker sends now, as letters in the folder of mails; the folder is emptied."""
    send_pending(settings)
    found = []
    for path in sorted((settings.instance_dir / "mail").glob("*.eml")):
        found.append(message_from_bytes(path.read_bytes(), policy=policy.default))
        path.unlink()
    return found  # type: ignore[return-value]


def words(letter: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a letter."""
    text, html = (part.get_content() for part in letter.iter_parts())
    return text.replace("\r\n", "\n"), html


def address_of(actor: Actor) -> str:
    """The mail address of a person."""
    return str(db.session.get_one(Person, actor.person_id).email)
