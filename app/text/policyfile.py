"""Policy files: Markdown with YAML front matter, and folders of them as histories.

The words below the front matter are the text, byte for byte; a file without front matter is
all text, also when it begins with a ``---`` line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import yaml

from app.messages import N_, Message
from app.text.front_matter import split_front_matter

MAX_FRONT_MATTER = 262_144
_REASONS = {
    "front_matter": N_("The front matter is not valid YAML: %(detail)s"),
    "front_matter_too_large": N_("The front matter is longer than %(limit)s characters."),
    "value": N_("The front matter key “%(key)s” must hold %(wanted)s."),
    "unreadable": N_("The file cannot be read: %(detail)s"),
    "encoding": N_("The file is not UTF-8: byte %(position)s."),
    "too_large": N_("The file is larger than %(limit)s bytes."),
    "manifest": N_("manifest.csv cannot be read: %(detail)s"),
    "outline": N_("The outline beside the file is not valid: %(detail)s"),
}
_KNOWN_LINE = re.compile(
    r"^(?:title|slug|language|kind|department|phase|mode|plain_summary|number|date|author|role"
    r"|summary|notes|format):",
    re.MULTILINE,
)
_OTHER_BREAK = re.compile("[\x85\u2028\u2029]")
# Marks a file whose text itself looks like front matter; it carries no other meaning.
_FORMAT = "format"


class PolicyFileError(ValueError):
    """A file that cannot be taken in: a stable ``code``, the values, and words for people."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.message = Message(_REASONS[code], dict(values))


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside one clause: plain words, legal basis, reason; "" when absent.

    ``written_for`` is the hash of the wording it was written for, "" when the file does not say;
    ``extra`` holds unknown keys, their values as words.
    """

    plain: str = ""
    basis: str = ""
    reason: str = ""
    written_for: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy file. "" and ``None`` stand for an absent key; ``date`` is ISO 8601.

    ``summary`` is the reason of the edit, ``plain_summary`` the policy in plain words;
    ``notes`` are by clause label as written. ``extra`` keeps unknown keys for the way back;
    ``front`` is everything that stood above the text, byte for byte.
    """

    text: str
    title: str = ""
    slug: str = ""
    language: str = ""
    kind: str = ""
    department: str = ""
    phase: str = ""
    mode: str = ""
    plain_summary: str = ""
    number: int | None = None
    date: str = ""
    author: str = ""
    role: str = ""
    summary: str = ""
    notes: Mapping[str, Note] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    front: str = field(default="", compare=False, repr=False)


_WORD_KEYS = tuple(
    entry.name
    for entry in fields(PolicyFile)
    if entry.name not in {"text", "number", "notes", "extra", "front"}
)
_KEYS = {*_WORD_KEYS, "number", "notes", _FORMAT}
# In the file, and in ``Note``.
_NOTE_KEYS = {"plain": "plain", "basis": "basis", "reason": "reason", "hash": "written_for"}


def parse(content: str) -> PolicyFile:
    """A policy file from its characters. Raises ``PolicyFileError`` when front matter is damaged."""
    content = content.removeprefix("\ufeff").replace("\r\n", "\n")
    block, text = _split(content)
    if not block:
        return PolicyFile(text)
    words, typed = _load(block, _Words), _load(block, _Typed)
    values: dict[str, Any] = {key: _text_of(words, key) for key in _WORD_KEYS if key in words}
    _check_date(values.get("date", ""))
    return PolicyFile(
        text=text,
        number=_number(words.get("number", "")),
        notes=_notes(words.get("notes") or {}),
        extra={key: value for key, value in typed.items() if key not in _KEYS},
        front=content.removesuffix(text),
        **values,
    )


def serialise(policy: PolicyFile) -> str:
    """The characters of a policy file; ``parse(serialise(x)) == x``."""
    head: dict[Any, Any] = {key: getattr(policy, key) for key in _WORD_KEYS}
    head["number"] = policy.number
    head["notes"] = {label: _note_entry(note) for label, note in policy.notes.items()}
    head = {key: value for key, value in head.items() if value not in ("", None, {})}
    head |= policy.extra
    if not head and not _split(policy.text)[0]:
        return policy.text
    if not head.keys() & _KEYS:
        head = {_FORMAT: 1, **head}
    return f"---\n{_dump(head)}---\n\n{policy.text}"


def _split(content: str) -> tuple[str, str]:
    """``(YAML, text)``: front matter names a key of ours; one blank line below belongs to it."""
    front, text = split_front_matter(content)
    if not _KNOWN_LINE.search(front):
        return "", content
    return front[front.index("\n") + 1 : front.rstrip().rindex("\n") + 1], text.removeprefix("\n")


def slug_from(*candidates: str) -> str:
    """A slug of the ASCII words of the first candidate that has any; "" when none has."""
    for candidate in candidates:
        slug = "-".join(re.findall(r"[a-z0-9]+", candidate.lower()))[:80].strip("-")
        if slug:
            return slug
    return ""


def with_defaults(policy: PolicyFile, *, author: str, date: str, summary: str) -> PolicyFile:
    """The file with what its front matter does not say about its revision."""
    _check_date(policy.date or date)
    return replace(
        policy,
        author=policy.author or author,
        date=policy.date or date,
        summary=policy.summary or summary,
    )


class _Strict(yaml.SafeLoader):
    """YAML without aliases (a kilobyte of them unfolds to gigabytes) and without double keys."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key, times in Counter(keys).items() if times > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"“{twice}” stands twice")
        return super().construct_mapping(node, deep)


class _Typed(_Strict):
    """For unknown keys: numbers stay numbers."""


class _Words(_Strict):
    """For our own keys: ``language: no`` and ``date: 2026-01-01`` stay as written."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    yaml_constructors = {
        **yaml.SafeLoader.yaml_constructors,
        "tag:yaml.org,2002:null": yaml.SafeLoader.yaml_constructors["tag:yaml.org,2002:str"],
    }


class _Dumper(yaml.SafeDumper):
    """Block text for words of several lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_words(dumper: _Dumper, words: str) -> yaml.ScalarNode:
    # A block that ends in blank lines makes PyYAML write "...", which would close the front
    # matter; U+2028 and its like are line ends to it anywhere but in quotes.
    lines = words.removesuffix("\n")
    style = None
    if _OTHER_BREAK.search(words) or lines != lines.strip("\n"):
        style = '"'
    elif "\n" in lines:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _represent_words)


def _load(block: str, loader: type[_Strict]) -> dict[Any, Any]:
    if len(block) > MAX_FRONT_MATTER:
        raise PolicyFileError("front_matter_too_large", limit=MAX_FRONT_MATTER)
    try:
        loaded = yaml.load(block, loader)  # noqa: S506 (a SafeLoader, made stricter)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise PolicyFileError("front_matter", detail=detail) from error
    if not isinstance(loaded, dict):
        raise PolicyFileError("front_matter", detail="not a list of keys")
    return loaded


def _dump(head: Mapping[Any, Any]) -> str:
    return yaml.dump(dict(head), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31)


def _text_of(words: Mapping[str, Any], key: str) -> str:
    value = words[key]
    if not isinstance(value, str):
        raise PolicyFileError("value", key=key, wanted="text")
    return value


def _number(value: Any) -> int | None:
    if value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}", value):
        raise PolicyFileError("value", key="number", wanted="a number")
    return int(value)


def _check_date(value: str) -> None:
    try:
        datetime.fromisoformat(value or "2000-01-01")
    except ValueError as error:
        raise PolicyFileError("value", key="date", wanted="a date, as 2026-01-31") from error


def _notes(words: Any) -> dict[str, Note]:
    if not isinstance(words, dict) or not all(isinstance(entry, dict) for entry in words.values()):
        raise PolicyFileError("value", key="notes", wanted="entries by clause label")
    return {label: _note(entry) for label, entry in words.items()}


def _note(entry: Mapping[str, Any]) -> Note:
    known = {name: _text_of(entry, key) for key, name in _NOTE_KEYS.items() if key in entry}
    return Note(**known, extra={key: entry[key] for key in entry if key not in _NOTE_KEYS})


def _note_entry(note: Note) -> dict[str, Any]:
    known = {key: getattr(note, name) for key, name in _NOTE_KEYS.items()}
    return {key: value for key, value in known.items() if value} | dict(note.extra)
