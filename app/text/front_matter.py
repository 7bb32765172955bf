"""Where the front matter of a policy file ends and its text begins; nothing is parsed here."""

from __future__ import annotations

import re

# A rule of dashes may open a text too: front matter begins with a key.
_FRONT = re.compile(
    r"---[ \t]*\n(?=[\w-]+[ \t]*:|---)(?:(?!(?:---|\.\.\.)[ \t]*\n)[^\n]*\n)*?(?:---|\.\.\.)[ \t]*\n"
)


def split_front_matter(text: str) -> tuple[str, str]:
    """``(front, text)`` with the closing line in ``front``, "" when there is none; LF line ends."""
    found = _FRONT.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)
