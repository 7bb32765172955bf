"""Keep what somebody wrote before it is sent: thirty days, for the holder of the continue code.

Words are kept even when they could not be sent (too early, too late, without a reason), so that
nothing is lost; only ``sending.send`` decides what is received.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.accounts.services.setup import keyed_hash
from app.database import db, writing
from app.policies.models import Policy
from app.policies.queries import facts, get_policy
from app.suggestions.models import KeptWords
from app.suggestions.queries import kept as queries
from app.suggestions.rules import KEPT_FOR, Kind, plain_code
from app.suggestions.services.codes import code_hash, continue_code
from app.suggestions.services.sending import Wanted
from app.text.canonical import MAX_TEXT_BYTES, TextRefused

LARGE = 20_000  # characters
LONGEST_TOKEN, LONGEST_PLACE = 60, 12  # characters of the columns
# What no database takes; everything else is kept as it was typed.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where words are kept. ``code`` is to be shown and remembered; ``edit_token`` and
    ``revised`` go into the form. ``is_copy``: the earlier ones were changed elsewhere (or sent)
    meanwhile and stand untouched beside these."""

    code: str
    edit_token: str
    revised: int
    kept_at: datetime
    is_copy: bool


def keep_words(
    slug: str, wanted: Wanted, *, actor: Actor, code: str = "", revised: int = 0
) -> Kept:
    """Keep the form's words under its token, or under ``code`` when the form goes on with them.

    ``revised`` is what the form was made from (0: nothing was kept then). Keeping the same words
    again changes nothing. Raises NotFound, NotAllowed, TooMany, TextRefused (too_large).
    """
    policy = get_policy(slug, actor)
    ensure(actor, Act.SUGGEST, facts(policy, actor))
    text, reason = _storable(wanted.text), _storable(wanted.reason)
    wanted = replace(wanted, base=min(max(wanted.base, 1), policy.head_number))
    writing()
    row = _find(policy.id, wanted.token, code)
    if row is not None and _holds(row, wanted, text, reason):
        return _kept(row, is_copy=False)
    if row is not None and row.revised == revised and row.sent_as is None:
        throttling.count(Counted.KEPT_AGAIN, actor)
        row.revised += 1
        _fill(row, wanted, text, reason, actor)
        return _kept(row, is_copy=False)
    throttling.count(Counted.KEPT, actor)
    if len(text) + len(reason) > LARGE:
        throttling.count(Counted.KEPT_LARGE, actor)
    token = "" if row is not None else wanted.token
    return _kept(_add(policy, token, wanted, text, reason, actor), is_copy=row is not None)


def find_kept(code: str) -> KeptWords | None:
    """The unsent words of a continue code as people type it, within thirty days."""
    row = find_kept_or_sent(code)
    return row if row is not None and row.sent_as is None else None


def find_kept_or_sent(code: str) -> KeptWords | None:
    """As ``find_kept``; what was sent meanwhile too, whose ``sent_as`` is its number."""
    plain = plain_code(code)
    return queries.find_by_hash(code_hash(plain)) if plain else None


def find_kept_for(
    slug: str, place: tuple[str, str], actor: Actor, codes: Sequence[str]
) -> KeptWords | None:
    """What this person or browser kept last about ``place``: (clause, after), "" for none."""
    policy = get_policy(slug, actor)
    return queries.find_at(policy.id, place, actor, _hashes(codes))


def list_kept(actor: Actor, codes: Sequence[str]) -> Sequence[KeptWords]:
    """All that this person or browser has kept and not sent, newest first."""
    return queries.list_waiting(actor, _hashes(codes))


def find_held(ident: int, actor: Actor, codes: Sequence[str]) -> KeptWords | None:
    """One of the rows that this person or browser has, what was sent meanwhile included."""
    return queries.find_held(ident, actor, _hashes(codes))


def get_kept(ident: int) -> KeptWords | None:
    """The row as it stands now, sent or not, for whom this site has noted its id."""
    row = db.session.get(KeptWords, ident, populate_existing=True)
    return row if row is not None and row.expires_at > clock.now() else None


def drop_kept(code: str) -> None:
    """Delete the words of a continue code; nothing happens when they are gone already.

    What was sent stays noted until its time is over, so that it is not sent a second time.
    """
    writing()
    row = find_kept(code)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def mark_sent(edit_token: str, number: int) -> None:
    """Note under which number the form's words were sent; from now on only the contribution
    holds them, here their keyed hash remains to know a second sending. Inside the gate."""
    row = queries.find_by_token(edit_token) if edit_token else None
    if row is None or row.sent_as is not None:
        return
    row.sent_as = number
    row.text, row.reason = _fingerprint(row.kind, row.text, row.reason), ""
    db.session.flush()


def forget_kept() -> None:
    """A regular duty: delete what has been kept for thirty days."""
    writing()
    db.session.execute(delete(KeptWords).where(KeptWords.expires_at <= clock.now()))


def wanted_of(row: KeptWords) -> Wanted:
    """Kept words as the form would send them."""
    return Wanted(
        base=row.base,
        text=row.text,
        reason=row.reason,
        clause=row.clause or "",
        after=row.after or "",
        kind=row.kind,
        token=row.edit_token,
        begun_at=row.begun_at,
    )


def _find(policy_id: int, token: str, code: str) -> KeptWords | None:
    row = find_kept_or_sent(code) if code else None
    if row is None and token:
        row = queries.find_by_token(token)
    return row if row is not None and row.policy_id == policy_id else None


def _holds(row: KeptWords, wanted: Wanted, text: str, reason: str) -> bool:
    if row.sent_as is not None:
        return hmac.compare_digest(row.text, _fingerprint(_kind(wanted), text, reason))
    place = (_place(wanted.clause), _place(wanted.after))
    held = (row.text, row.reason, row.kind, row.base, row.clause, row.after)
    return held == (text, reason, _kind(wanted), wanted.base, *place)


def _add(
    policy: Policy, token: str, wanted: Wanted, text: str, reason: str, actor: Actor
) -> KeptWords:
    token = token if 0 < len(token) <= LONGEST_TOKEN else ""
    if not token or queries.is_token_used(token):
        token = secrets.token_urlsafe(18)
    now = clock.now()
    row = KeptWords(
        code_hash=code_hash(plain_code(continue_code(token))),
        policy_id=policy.id,
        edit_token=token,
        begun_at=min(wanted.begun_at or now, now),
    )
    db.session.add(row)
    _fill(row, wanted, text, reason, actor)
    return row


def _fill(row: KeptWords, wanted: Wanted, text: str, reason: str, actor: Actor) -> None:
    now = clock.now()
    row.text, row.reason, row.kind = text, reason, _kind(wanted)
    row.base, row.clause, row.after = wanted.base, _place(wanted.clause), _place(wanted.after)
    row.person_id = row.person_id or actor.id
    row.kept_at, row.expires_at = now, now + KEPT_FOR
    db.session.flush()


def _kept(row: KeptWords, *, is_copy: bool) -> Kept:
    code = continue_code(row.edit_token)
    return Kept(code, row.edit_token, row.revised, row.kept_at, is_copy)


def _place(ident: str) -> str | None:
    """A clause's id; what is none stays on the whole draft, where the form says that it is gone."""
    return ident if 0 < len(ident) <= LONGEST_PLACE else None


def _kind(wanted: Wanted) -> str:
    return wanted.kind if wanted.kind in set(Kind) else Kind.COMMENT


def _storable(words: str) -> str:
    words = words.replace("\r\n", "\n")
    size = len(words.encode("utf-8", "replace"))
    if size > MAX_TEXT_BYTES:
        raise TextRefused("too_large", size=size, limit=MAX_TEXT_BYTES)
    return _UNSTORABLE.sub("\ufffd", words)


def _fingerprint(kind: str, text: str, reason: str) -> str:
    return keyed_hash("kept", kind, text, reason).hex()


def _hashes(codes: Sequence[str]) -> list[bytes]:
    return [code_hash(plain) for plain in map(plain_code, codes) if plain]
