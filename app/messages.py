"""Words for people as message ids with parameters; templates and error pages translate them.

Pure code must not know in which language somebody reads, so it answers with a Message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the gettext convention that extraction looks for
    """Mark ``text`` for translation without translating it yet."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence still to be translated: an English id and the values it names.

    A value that is a tuple is a list, set with the reader's own comma.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.listed(", ") if self.values else self.text

    def listed(self, comma: str) -> dict[str, Any]:
        """The values by name, lists joined by ``comma``."""
        return {
            name: comma.join(map(str, value)) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }
