"""What a name and a password may be, how long things last, and where one may be sent back to."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

from app.access.actor import Role
from app.accounts.look_alikes import skeleton
from app.errors import RuleBroken
from app.messages import N_

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
RESET_LASTS = timedelta(hours=1)
OFFICE_ROLES = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR})
NAME_LIMIT = 40
PASSWORD_LEAST, PASSWORD_MOST = 8, 200

# Nobody chooses a name that reads as a role, an office or the site itself: a badge is not text.
_OFFICES = """
    officer official volunteer supervisor administrator moderator government webmaster
    工作人员 工作人員 志愿者 志願者 监察 監察 管理员 管理員 官方 政府 部门 部門 机关 機關 市长 市長
    区长 區長 局长 局長 城管 公安 警察 民警 街道办 街道辦 居委会 居委會 委员会 委員會 管理局 认证 認證
    共议 共議
"""
_OFFICE_WORDS = """
    admin police mayor council ministry bureau department verified support gongyi visitor
"""
_ANYWHERE = tuple(skeleton(word) for word in _OFFICES.split())
_AS_WORD = frozenset(skeleton(word) for word in _OFFICE_WORDS.split())
# What stands in place of the name of somebody who left; translated where it is shown.
FORMER_RESIDENT = N_("A former resident")
FORMER_OFFICER = N_("A former member of staff")
FORMER_NAMES = frozenset({FORMER_RESIDENT, FORMER_OFFICER})
_FORMER = frozenset(skeleton(name) for name in FORMER_NAMES | {"一位已注销的居民", "已注销的居民"})
_PUNCTUATION = frozenset("-'’.·・_")
_LONG_NUMBER = re.compile(r"\d[\d\s.\-]{5,}\d")
_LOOPS = "/account/"
_CONTINUES = "/account/continue"  # where words wait that were written before signing in


def clean_name(text: str) -> str:
    """``text`` as a name: compatibility forms and blanks made plain; raises RuleBroken (name)."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise RuleBroken(N_("This name has a character that cannot be seen."), field="name")
    if not name or not skeleton(name):
        raise RuleBroken(N_("Please write a name, or leave the field empty."), field="name")
    if len(name) > NAME_LIMIT:
        raise RuleBroken(
            N_("A name may have %(limit)s characters."), field="name", limit=NAME_LIMIT
        )
    return name


def ensure_may_choose(name: str) -> None:
    """Refuse a clean name that no person may choose; commands may still give it."""
    if any(not _may_stand_in_name(character) for character in name):
        raise RuleBroken(N_("A name has letters, numbers, blanks and - ' . · only."), field="name")
    if _LONG_NUMBER.search(name):
        raise RuleBroken(
            N_("This looks like a telephone number. Please choose a name that may be public."),
            field="name",
        )
    if _reads_as_office(name):
        raise RuleBroken(
            N_("This name reads like an office or a role. Please choose another."), field="name"
        )


def _reads_as_office(name: str) -> bool:
    look = skeleton(name)
    if look in _FORMER:
        return True
    words = {skeleton(word) for word in re.split(r"[\W_]+", name)}
    return any(word in look for word in _ANYWHERE) or not words.isdisjoint(_AS_WORD)


def _may_stand_in_name(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd" or character == " " or character in _PUNCTUATION


def ensure_password(password: str, *, address: str) -> None:
    """Refuse what somebody else would try first; raises RuleBroken (password)."""
    if len(password) < PASSWORD_LEAST:
        raise RuleBroken(
            N_("A password needs at least %(least)s characters."),
            field="password",
            least=PASSWORD_LEAST,
        )
    if len(password) > PASSWORD_MOST:
        raise RuleBroken(
            N_("A password may have %(most)s characters."), field="password", most=PASSWORD_MOST
        )
    if len(set(password)) < 4 or password.casefold() == address.casefold():
        raise RuleBroken(
            N_("This password is too easy to guess. Three or four words make a good one."),
            field="password",
        )


def sign_in_lasts(role: Role) -> timedelta:
    """How long a browser stays signed in: a working day for an office, a month for a resident."""
    return timedelta(hours=12) if role in OFFICE_ROLES else timedelta(days=30)


def own_path(target: str | None) -> str:
    """``target`` if it is a path of this site to come back to after signing in, else ``/``.

    Browsers drop tabs and read a backslash as a slash, so ``/\\t/evil`` would leave the site.
    """
    if not target or len(target) > 2000 or not target.startswith("/"):
        return "/"
    if any(character <= " " or character == "\\" for character in target):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if target.startswith("//") or parts.scheme or parts.netloc:
        return "/"
    return "/" if target.startswith(_LOOPS) and parts.path != _CONTINUES else target
