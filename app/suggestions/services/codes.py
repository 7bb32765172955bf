"""Look-up and continue codes: stored as keyed hashes only, so a stolen table opens nothing."""

from __future__ import annotations

from app.accounts.services.setup import keyed_hash
from app.suggestions.rules import CODE_LENGTH, CODE_LETTERS


def lookup_code(policy_id: int, number: int) -> str:
    """The code of a contribution, computed from the installation's key: its author can be shown
    it again, and it stands nowhere."""
    return _in_letters(keyed_hash("lookup", str(policy_id), str(number)))


def continue_code(edit_token: str) -> str:
    """The code of kept words, computed from their form's token: a form that is sent again after
    a lost answer gets the same one."""
    return _in_letters(keyed_hash("continue", edit_token))


def _in_letters(digest: bytes) -> str:
    value = int.from_bytes(digest)
    letters = []
    for _ in range(CODE_LENGTH):
        value, place = divmod(value, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    code = "".join(letters)
    return f"{code[:5]}-{code[5:]}"


def code_hash(code: str) -> bytes:
    """What a code (as ``rules.plain_code`` reads it) is stored and found under."""
    return keyed_hash("code", code.replace("-", ""))
