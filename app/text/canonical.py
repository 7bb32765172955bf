"""The one form in which a text is stored, hashed and compared, and what is refused at the door.

A hidden direction mark can make a reviewer read the opposite of the record, so invisible
characters are refused from people, kept from imports, and shown as marks on pages.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.messages import N_, Message

MAX_TEXT_BYTES = 1_048_576
MAX_LINE_CHARACTERS = 100_000
MAX_TITLE_CHARACTERS = 200
MAX_TITLE_BYTES = 255
MAX_SUMMARY_CHARACTERS = 500
# Unicode's stream-safe limit (UAX #15): NFC needs quadratic time on longer runs,
# two minutes for 1 MB of accents.
MAX_COMBINING = 30

_REFUSALS = {
    "too_large": N_("The text is too long: %(size)s bytes; at most %(limit)s are possible."),
    "line_too_long": N_("Line %(line)s is too long: at most %(limit)s characters."),
    "too_long": N_("This is too long: %(size)s characters; at most %(limit)s are possible."),
    "too_many_bytes": N_("This is too long: %(size)s bytes; at most %(limit)s are possible."),
    "not_one_line": N_("This must be one line."),
    "nul": N_("Line %(line)s, character %(column)s: the character NUL cannot be stored."),
    "surrogate": N_("Line %(line)s, character %(column)s: half a character (%(character)s)."),
    "control": N_(
        "Line %(line)s, character %(column)s: the control character %(character)s cannot be shown."
    ),
    "bidi": N_(
        "Line %(line)s, character %(column)s: the hidden character %(character)s changes the"
        " direction of reading. Please remove it."
    ),
    "zero_width": N_(
        "Line %(line)s, character %(column)s: the character %(character)s cannot be seen."
        " Please remove it."
    ),
    "combining": N_(
        "Line %(line)s, character %(column)s: more than %(limit)s accents on one letter."
    ),
}

_ZERO_WIDTH = "\u180e\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_SUSPECT = re.compile(f"[{_CONTROLS}\ud800-\udfff{_BIDI}{_ZERO_WIDTH}]")
_INVISIBLE = re.compile(f"[\u00ad\u061c{_BIDI}{_ZERO_WIDTH}]")
_ZERO_WIDTH_ONE = re.compile(f"[{_ZERO_WIDTH}]")
_BIDI_ONE = re.compile(f"[{_BIDI}]")
# Arabic to Sinhala, Tibetan, Myanmar, Khmer, Mongolian: their letters join by these marks.
_JOINING = re.compile(
    "[\u0600-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u180d\u180f-\u18af]"
)
_PICTURE = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_LONG_MARKS = re.compile(rf"[^\x00-\u02ff\w\s]{{{MAX_COMBINING + 1},}}")
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE_CHARACTERS + 1}}}")


@dataclass(frozen=True, slots=True)
class Place:
    """A character and where it stands: line and column count from 1, columns in code points."""

    code: str
    character: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Canonical:
    """A text as it is stored, and the invisible characters that were let in."""

    text: str
    notes: tuple[Place, ...] = ()


class TextRefused(ValueError):
    """A text that cannot be taken in: a stable ``code``, the values, and words for people."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.field: str | None = None
        self.values = values
        self.message = Message(_REFUSALS[code], dict(values))


def canonical(text: str, *, trusted: bool = False) -> Canonical:
    """The stored form of a text that comes through the door.

    LF line ends, NFC, exactly one final newline ("" stays ""), no leading U+FEFF. Raises
    ``TextRefused`` with the place of the first character that cannot stay. ``trusted`` is for
    imports: zero-width characters are kept and listed in ``notes``.
    """
    if len(text) > MAX_TEXT_BYTES + 1:
        raise TextRefused("too_large", size=len(text), limit=MAX_TEXT_BYTES)
    text = _unix_lines(text)
    notes = _inspect(text, trusted=trusted)
    text = _final_newline(unicodedata.normalize("NFC", text))
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        raise TextRefused("too_large", size=size, limit=MAX_TEXT_BYTES)
    long = _LONG_LINE.search(text)
    if long is not None:
        line, _ = line_and_column(text, long.start())
        raise TextRefused("line_too_long", line=line, limit=MAX_LINE_CHARACTERS)
    return Canonical(text, notes)


def normalise(text: str) -> str:
    """Line ends, NFC and final newline as in ``canonical``; refuses nothing.

    A text with absurd runs of accents keeps its own form: NFC would not come back.
    """
    text = _unix_lines(text)
    if _too_many_marks(text) is None:
        text = unicodedata.normalize("NFC", text)
    return _final_newline(text)


def check_line(value: str, characters: int, octets: int | None = None) -> str:
    """A title or summary as it is stored: one line, NFC, no outer blanks.

    ``characters`` and ``octets`` (UTF-8) are the most it may have. Raises ``TextRefused``.
    """
    line = value.replace("\r\n", "\n").strip()
    if "\n" in line or "\r" in line:
        raise TextRefused("not_one_line")
    if len(line) > characters * 4:
        raise TextRefused("too_long", size=len(line), limit=characters)
    _inspect(line, trusted=False)
    line = unicodedata.normalize("NFC", line)
    if len(line) > characters:
        raise TextRefused("too_long", size=len(line), limit=characters)
    size = len(line.encode())
    if octets is not None and size > octets:
        raise TextRefused("too_many_bytes", size=size, limit=octets)
    return line


def check_words(value: str, characters: int) -> str:
    """Some lines of plain words as they are stored, without outer blanks; raises TextRefused."""
    words = canonical(value).text.strip()
    if len(words) > characters:
        raise TextRefused("too_long", size=len(words), limit=characters)
    return words


@contextmanager
def refused_in(field: str) -> Iterator[None]:
    """Within the block, a refusal says which field of the form it is about."""
    try:
        yield
    except TextRefused as refusal:
        refusal.field = field
        raise


def check_title(value: str) -> str:
    """``check_line`` with the limits of a title."""
    return check_line(value, characters=MAX_TITLE_CHARACTERS, octets=MAX_TITLE_BYTES)


def check_summary(value: str) -> str:
    """``check_line`` with the limit of an edit summary."""
    return check_line(value, characters=MAX_SUMMARY_CHARACTERS)


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def marked(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text in order: ``(words, "")``, or ``(character, "U+200B")`` for an invisible one."""
    shown = 0
    for found in _INVISIBLE.finditer(text):
        if found.start() > shown:
            yield text[shown : found.start()], ""
        yield found[0], code_point(found[0])
        shown = found.end()
    if shown < len(text):
        yield text[shown:], ""


def code_point(character: str) -> str:
    """``U+202E`` for a character."""
    return f"U+{ord(character):04X}"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where a code-point offset stands, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _unix_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _final_newline(text: str) -> str:
    words = text.rstrip("\n")
    return words + "\n" if words else ""


def _inspect(text: str, *, trusted: bool) -> tuple[Place, ...]:
    """Refuse what cannot stay; the zero-width characters of an import come back as notes."""
    marks = None if text.isascii() else _too_many_marks(text)
    if marks is not None:
        line, column = line_and_column(text, marks)
        raise TextRefused("combining", line=line, column=column, limit=MAX_COMBINING)
    notes = []
    line, line_start, seen = 1, 0, 0
    for found in _SUSPECT.finditer(text):
        offset = found.start()
        code = _code(found[0])
        if code == "zero_width" and _joins(text, offset):
            continue
        # Counted on from the last one: a text of nothing but marks stays linear.
        line += text.count("\n", seen, offset)
        line_start = max(line_start, text.rfind("\n", seen, offset) + 1)
        seen = offset
        place = Place(code, code_point(found[0]), line, offset - line_start + 1)
        if code != "zero_width" or not trusted:
            raise TextRefused(code, line=place.line, column=place.column, character=place.character)
        notes.append(place)
    return tuple(notes)


def _code(character: str) -> str:
    """Why a suspect character is refused."""
    if character == "\x00":
        return "nul"
    if "\ud800" <= character <= "\udfff":
        return "surrogate"
    if _BIDI_ONE.match(character):
        return "bidi"
    return "zero_width" if _ZERO_WIDTH_ONE.match(character) else "control"


def _joins(text: str, offset: int) -> bool:
    """Whether a joiner stands where a script or a picture of several parts needs it."""
    if text[offset] not in "\u200c\u200d" or offset == 0:
        return False
    before, after = text[offset - 1], text[offset + 1 : offset + 2]
    if _JOINING.match(before):
        return True
    return text[offset] == "\u200d" and bool(_PICTURE.match(before)) and bool(_PICTURE.match(after))


def _too_many_marks(text: str) -> int | None:
    """Offset of a run of more combining marks than NFC can order in linear time."""
    for found in _LONG_MARKS.finditer(text):
        run = 0
        for offset in range(*found.span()):
            run = run + 1 if unicodedata.combining(text[offset]) else 0
            if run > MAX_COMBINING:
                return offset - run + 1
    return None
