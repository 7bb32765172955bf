"""The base of all events: past-tense facts, as frozen dataclasses with plain fields.

Free text never enters an event, only its salted hash; people enter by pseudonymous id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. Subclasses add fields of type str, int, bool, None or lists of these.

    ``is_public`` False keeps all but the leaf hash out of every export.
    """

    is_public: ClassVar[bool] = True
