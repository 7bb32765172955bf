"""Tell the author of a contribution that there is an answer: in the app, and by one message.

The message waits in the transaction that needs it, so nothing leaves before the commit.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.access.actor import Confirmation
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services import setup
from app.accounts.services.outbox import send_later
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Answer, AnswerDraft, Contribution

IN_POINTS = "in_points"  # what a message says of a split contribution, in place of an outcome


def tell_author(policy: Policy, contribution: Contribution, answer: Answer) -> None:
    """Mark the news, and queue one mail or text message if an address is confirmed."""
    contribution.news_at = answer.answered_at
    tell_authors(policy, [(contribution, [answer])])


def tell_authors(
    policy: Policy, answered: Sequence[tuple[Contribution, Sequence[Answer | AnswerDraft]]]
) -> None:
    """One message for each contribution, however many points of it are answered."""
    head = get_version(policy.id, policy.head_number)
    usual = setup.settings().default_locale
    for contribution, answers in answered:
        address = _confirmed_address(contribution.author)
        if address is None:
            continue
        place = head.clause(contribution.clause or "")
        send_later(
            address,
            "answered",
            locale=contribution.author.locale or usual,
            title=policy.title,
            label=place.label if place else "",
            number=contribution.number,
            kind=contribution.kind,
            outcome=answers[0].outcome if len(answers) == 1 else IN_POINTS,
            reason="\n\n".join(answer.reason for answer in answers),
            policy=policy.id,
            slug=policy.slug,
        )


def _confirmed_address(person: Person) -> Address | None:
    """Where a message reaches the person for certain: by mail, else on the phone."""
    if Confirmation(person.confirmation) is Confirmation.NONE:
        return None
    if person.email:
        return Address("mail", person.email)
    return Address("sms", person.phone) if person.phone else None
