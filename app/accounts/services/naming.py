"""Names: chosen or given, each unlike all others to the eye."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.queries import find_by_name_skeleton
from app.accounts.services.setup import keyed_hash
from app.database import db
from app.errors import RuleBroken
from app.messages import N_

_DEFAULT = {"zh_Hans_CN": "居民{}", "en": "Resident {}"}
_NUMBERED = re.compile(r"(居民|Resident )\d{4,}")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another


def _none_hidden(_look: str) -> bool:
    return False


_is_hidden: Callable[[str], bool] = _none_hidden


def keep_hidden_names(is_hidden: Callable[[str], bool]) -> None:
    """Called once by the wiring: whether a name that looks like this was hidden.

    Moderators, who stand above this package, hide names; nobody chooses one of them again.
    """
    global _is_hidden
    _is_hidden = is_hidden


def new_public_id() -> str:
    """A random id for ``/people/<id>``: says nothing about when or how many."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def free_default_name(locale: str) -> str:
    """ "Resident 4821" or 居民4821, not yet taken; the number is random and says nothing."""
    form = _DEFAULT.get(locale, _DEFAULT["en"])
    for figures in (4, 4, 4, 5, 5, 6, 7, 8, 9, 10):
        name = form.format(10 ** (figures - 1) + secrets.randbelow(9 * 10 ** (figures - 1)))
        if is_name_free(name):
            return name
    raise RuntimeError("no free name was found")


def is_default_name(name: str) -> bool:
    """Whether nobody chose this name: it is one of ``free_default_name``."""
    return _NUMBERED.fullmatch(name) is not None


def ensure_name_free(name: str, *, besides: int | None = None) -> None:
    """Refuse a name that another account has or had, that looks like another account's name, or
    that was hidden."""
    if not is_name_free(name, besides=besides):
        raise _taken()


def is_name_free(name: str, *, besides: int | None = None) -> bool:
    """Whether nobody has a name that looks like this, left with one, or had it hidden."""
    look = skeleton(name)
    other = find_by_name_skeleton(look) or find_by_name_skeleton(reserved(look))
    return (other is None or other.id == besides) and not _is_hidden(look)


def reserved(look: str) -> str:
    """What stands in place of the look of a name that belonged to somebody who left: nobody can
    read the name out of it, and nobody is given it again."""
    return f"left:{keyed_hash('name', look).hex()}"


def give_name(person: Person, name: str) -> None:
    """Set a checked name; inside the gate."""
    person.name = name
    person.name_skeleton = skeleton(name)


def flush_person() -> None:
    """Flush a new or renamed person; who was a moment faster wins (PostgreSQL only)."""
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        if "skeleton" in str(error.orig):
            raise _taken() from error
        raise RuleBroken(
            N_("Somebody registered this address a moment ago. Please sign in."), field="email"
        ) from error


def _taken() -> RuleBroken:
    return RuleBroken(
        N_("This name, or one that looks like it, is taken. Please choose another."), field="name"
    )
