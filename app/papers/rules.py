"""Which papers there are, in which formats, and who they are made for; pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from app.errors import NotFound
from app.messages import N_

MAKER = 1  # raised when papers come out otherwise, so that old files are not served
MOST_WAITING = 200  # markers; a visitor can ask for every pair of versions
MOST_DIGITS = 9
MOST_ROWS = 1_500  # of a table as page or PDF; DOCX and CSV hold all


class Paper(StrEnum):
    """The papers of a policy; the value stands in their addresses."""

    TEXT = "text"
    EXPLANATION = "explanation"
    COMPARISON = "comparison"
    ANSWERS = "answers"
    REPORT = "report"
    EVERYTHING = "everything"


class Format(StrEnum):
    """What a paper can be written as; the value is the ending of its file."""

    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    CSV = "csv"
    ZIP = "zip"


class Standing(StrEnum):
    """Whom a paper is made for: everybody; the people who write the draft; its office.

    Papers of one standing are the same for all who have it, so no paper is made for one person.
    """

    PUBLIC = "public"
    GROUP = "group"
    OFFICE = "office"


_PROSE = (Format.HTML, Format.DOCX, Format.PDF)
_TABLE = (*_PROSE, Format.CSV)
FORMATS: dict[Paper, tuple[Format, ...]] = {
    Paper.TEXT: _PROSE,
    Paper.EXPLANATION: _PROSE,
    Paper.COMPARISON: _TABLE,
    Paper.ANSWERS: _TABLE,
    Paper.REPORT: _PROSE,
    Paper.EVERYTHING: (Format.ZIP,),
}
MEDIA_TYPES: dict[Format, str] = {
    Format.HTML: "text/html; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
    Format.CSV: "text/csv; charset=utf-8",
    Format.ZIP: "application/zip",
}
NAMES: dict[Paper, str] = {
    Paper.TEXT: N_("Text in official form"),
    Paper.EXPLANATION: N_("Explanation and annexes"),
    Paper.COMPARISON: N_("Comparison table"),
    Paper.ANSWERS: N_("Table of answers"),
    Paper.REPORT: N_("Consultation report"),
    Paper.EVERYTHING: N_("Everything for publication and filing"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One file that somebody asked for. ``before`` and ``after`` are the versions of a comparison
    (0: none); ``stamp`` says what the policy was when it was asked for. ``is_alone``: a page that
    holds its style, to be kept as a file."""

    slug: str
    paper: Paper
    format: Format
    locale: str
    standing: Standing
    stamp: str
    before: int = 0
    after: int = 0
    is_alone: bool = False

    @property
    def key(self) -> str:
        """The name of its file: the hash of everything the file depends on."""
        told = json.dumps([MAKER, asdict(self)], sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=20).hexdigest()

    @property
    def file_name(self) -> str:
        return f"{self.key}.{self.format}"


def order_from_json(text: str) -> Order:
    """What ``json.dumps(asdict(order))`` wrote."""
    told = json.loads(text)
    told["paper"] = Paper(told["paper"])
    told["format"] = Format(told["format"])
    told["standing"] = Standing(told["standing"])
    return Order(**told)


def checked(paper: str, ending: str) -> tuple[Paper, Format]:
    """The paper and its format as an address names them; NotFound for what there is not."""
    if paper not in set(Paper) or ending not in set(Format):
        raise NotFound(N_("There is no such paper."))
    if Format(ending) not in FORMATS[Paper(paper)]:
        raise NotFound(N_("This paper is not made in that format."))
    return Paper(paper), Format(ending)


def numbers_of(pair: str) -> tuple[int, int]:
    """The two versions of ``3...7``; NotFound for anything else."""
    first, _dots, second = pair.partition("...")
    for number in (first, second):
        if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
            raise NotFound(N_("There is no such version."))
    return int(first), int(second)


def language_of_text(language: str) -> str:
    """The locale in which a text of this language speaks of itself."""
    return "en" if language == "en" else "zh_Hans_CN"
