"""What the legality review and the decision must hold before they are recorded; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import check_title, check_words, refused_in

REVIEW_DAYS = 7  # working days that a legality review takes at least
USUAL_NOTICE = timedelta(days=30)  # between publication and the day the text binds
MOST_BODY, MOST_NUMBER, MOST_SIGNED = 120, 60, 80  # characters
MOST_REASON, MOST_WORDS = 500, 5000
# 机关代字〔年〕序号号, as in 国办发〔2012〕14号; the year stands in these brackets only.
DOCUMENT_NUMBER = re.compile(r"[㐀-鿿]{1,20}〔(?:19|20)\d\d〕[1-9]\d{0,4}号")


class Outcome(StrEnum):
    """What the decision maker did with the text."""

    ADOPT = "adopt"
    RETURN = "return"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDecision:
    """A decision as somebody records it; ``seen`` is the id of the one recorded before (0: none)."""

    outcome: str
    body: str = ""
    document_number: str = ""
    passed_on: date | None = None
    signed_by: str = ""
    effective_on: date | None = None
    short_reason: str = ""
    reasons: str = ""
    dissent: str = ""
    seen: int = 0


def checked(wanted: WantedDecision, language: str, today: date) -> WantedDecision:
    """The decision as it is stored; RuleBroken or TextRefused with the field otherwise."""
    if wanted.outcome not in set(Outcome):
        raise RuleBroken(N_("Please choose what was decided."), field="outcome")
    wanted = replace(
        wanted,
        body=_line(wanted.body, MOST_BODY, "body"),
        document_number=_line(wanted.document_number, MOST_NUMBER, "document_number"),
        signed_by=_line(wanted.signed_by, MOST_SIGNED, "signed_by"),
        short_reason=_words(wanted.short_reason, MOST_REASON, "short_reason"),
        reasons=_words(wanted.reasons, MOST_WORDS, "reasons"),
        dissent=_words(wanted.dissent, MOST_WORDS, "dissent"),
    )
    if not wanted.body:
        raise RuleBroken(N_("Please say who decided."), field="body")
    if wanted.outcome == Outcome.ADOPT:
        _ensure_order(wanted, language, today)
    elif not wanted.reasons:
        raise RuleBroken(N_("Please give the reasons; everybody will see them."), field="reasons")
    return wanted


def _ensure_order(wanted: WantedDecision, language: str, today: date) -> None:
    """An adopted text needs all that its order states."""
    if not wanted.document_number:
        raise RuleBroken(N_("Please write the document number."), field="document_number")
    if language.startswith("zh") and not DOCUMENT_NUMBER.fullmatch(wanted.document_number):
        raise RuleBroken(
            N_("A document number looks like 国办发〔2012〕14号, with these brackets."),
            field="document_number",
        )
    if wanted.passed_on is None:
        raise RuleBroken(N_("Please write the day on which it was passed."), field="passed_on")
    if wanted.passed_on > today:
        raise RuleBroken(N_("This day is still to come."), field="passed_on")
    if not wanted.signed_by:
        raise RuleBroken(N_("Please write who signed it."), field="signed_by")
    if wanted.effective_on is None:
        raise RuleBroken(N_("Please write the day from which it binds."), field="effective_on")
    if wanted.effective_on <= today:
        raise RuleBroken(N_("Please choose a day that is still to come."), field="effective_on")
    if is_short_notice(wanted.effective_on, today) and not wanted.short_reason:
        raise RuleBroken(
            N_(
                "It binds fewer than 30 days after publication. Please say why; everybody will see."
            ),
            field="short_reason",
        )


def is_short_notice(effective_on: date, published_on: date) -> bool:
    """Whether people have fewer than the usual 30 days before the text binds."""
    return effective_on - published_on < USUAL_NOTICE


def _line(value: str, most: int, field: str) -> str:
    """One line of at most ``most`` characters."""
    with refused_in(field):
        line = check_title(value)
    return _words(line, most, field)


def _words(value: str, most: int, field: str) -> str:
    with refused_in(field):
        return check_words(value, most)
