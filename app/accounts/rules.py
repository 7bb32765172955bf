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
    民政局 教育局 交通局 财政局 財政局 法院 检察院 檢察院 法官 检察官 檢察官 公务员 公務員 书记 書記
    主任 处长 處長 科长 科長 居民代表 审核 審核 客服 版主 站长 站長 共议 共議
"""
_OFFICE_WORDS = """
    admin police mayor council ministry bureau department verified support gongyi visitor
    staff court judge prosecutor inspector secretary clerk system root
"""
_ANYWHERE = tuple(skeleton(word) for word in _OFFICES.split())
_AS_WORD = frozenset(skeleton(word) for word in _OFFICE_WORDS.split())
# What stands in place of the name of somebody who left; translated where it is shown.
FORMER_RESIDENT = N_("A former resident")
FORMER_OFFICER = N_("A former member of staff")
FORMER_NAMES = frozenset({FORMER_RESIDENT, FORMER_OFFICER})
_FORMER = frozenset(skeleton(name) for name in FORMER_NAMES | {"一位已注销的居民", "已注销的居民"})
_PUNCTUATION = frozenset("-'’.·・_")
# Letters and marks that show nothing, so that two names differ and look the same.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_LINE_ENDS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MOST_MARKS = 4  # one upon another, as Tibetan writes them; more would run over the next lines
# Writing systems that stand beside others in one word; of the alphabets there is one in a word.
_BESIDE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})
_LONG_NUMBER = re.compile(r"\d[\d\s.\-]{5,}\d")
_LOOPS = "/account/"
_CONTINUES = "/account/continue"  # where words wait that were written before signing in


def clean_name(text: str) -> str:
    """``text`` as a name: compatibility forms and blanks made plain; raises RuleBroken (name)."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if _LINE_ENDS.search(text.strip(" \t")) or _has_unseen(name):
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
    if any(not _may_stand_in_name(character) for character in name) or _is_overlaid(name):
        raise RuleBroken(N_("A name has letters, numbers, blanks and - ' . · only."), field="name")
    if any(len(_alphabets(word)) > 1 for word in name.split()):
        raise RuleBroken(N_("Please write each word of a name in one alphabet."), field="name")
    if _LONG_NUMBER.search(name):
        raise RuleBroken(
            N_("This looks like a telephone number. Please choose a name that may be public."),
            field="name",
        )
    if _reads_as_office(name):
        raise RuleBroken(
            N_("This name reads like an office or a role. Please choose another."), field="name"
        )


def _has_unseen(name: str) -> bool:
    is_control = any(unicodedata.category(character).startswith("C") for character in name)
    return is_control or _UNSEEN.search(name) is not None


def _is_overlaid(name: str) -> bool:
    """Whether so many marks stand on one letter that they run over what is written around it."""
    marks = 0
    for character in unicodedata.normalize("NFD", name):
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        if marks > _MOST_MARKS:
            return True
    return False


def _alphabets(word: str) -> set[str]:
    """The alphabets of the letters of a word: the first word of each letter's Unicode name."""
    letters = (c for c in word if unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lo"))
    return {unicodedata.name(letter, "CJK").split(maxsplit=1)[0] for letter in letters} - _BESIDE


def former_name(role: Role) -> str:
    """Under which of FORMER_NAMES the words of somebody in this role stand once they have left."""
    return FORMER_OFFICER if role in OFFICE_ROLES else FORMER_RESIDENT


def _reads_as_office(name: str) -> bool:
    look = skeleton(name)
    if look in _FORMER:
        return True
    words = {skeleton(word) for word in re.split(r"[\W_]+", name)}
    return any(word in look for word in _ANYWHERE) or not words.isdisjoint(_AS_WORD)


def _may_stand_in_name(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        category[0] == "L"
        or category in ("Mn", "Mc")
        or category == "Nd"
        or character == " "
        or character in _PUNCTUATION
    )


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
