"""Markdown of one clause to safe HTML: render, then sanitise by an explicit allow-list.

The only importer of ``markdown`` and ``nh3`` and the only producer of ``Markup``. Nothing that a
person wrote is hidden: markup that is not allowed and invisible characters are shown as such.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup

from app.text.definitions import Definitions
from app.text.law_markdown import LawMarkdown

RENDERER_VERSION = "1"

# People may write these in their text; all other "<" are shown as they stand.
_WRITABLE = (
    "a|abbr|b|br|code|del|em|hr|i|ins|kbd|mark|q|rp|rt|ruby|s|small|strong|sub|sup|u"
    "|caption|table|tbody|td|tfoot|th|thead|tr"
)
_TAGS = set(f"{_WRITABLE}|blockquote|div|h2|h3|h4|h5|h6|li|ol|p|pre|ul".split("|"))
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "li": {"id", "value"},
    "ol": {"start"},
    "sup": {"id"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
_CLASSES = {
    "a": {"footnote-backref", "footnote-ref", "image"},
    "div": {"footnote"},
    "p": {"indent-1", "indent-2", "indent-3", "indent-4"},
    "strong": {"label"},
}

_CLAUSE_ID = re.compile(r"[A-Za-z0-9_-]{0,40}")
_CLAUSE_LINK = re.compile(r"#c-[A-Za-z0-9_-]{1,40}")
# A colon before any slash ends a scheme, whatever a browser thinks of the characters before it.
_ADDRESS = re.compile(r"(?:https?:|mailto:|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# Stands for a "<" that begins no tag while Markdown runs: Python-Markdown takes seconds over
# thousands of unfinished tags, and drops what it takes for a tag. Cannot occur in the source.
_LESS_THAN = "\x11"
_STRAY_LESS_THAN = re.compile(
    rf"\\<|<(?!/?(?:{_WRITABLE})(?:\s[^<>]*)?/?>"
    r"|https?://[^<>\s]+>|(?:mailto:)?[^<>\s@]+@[^<>\s@]+>)",
    re.IGNORECASE,
)

# Joiners are needed inside emoji and in scripts that shape their letters; elsewhere they hide.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0001]"
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u2600-\u27bf\ufe0f"
    "\U0001f000-\U0001faff])[\u200c\u200d]"
)
_TAG_OR_INVISIBLE = re.compile(rf'<(?:[^">]|"[^"]*")*>|{_INVISIBLE.pattern}')
_URL = re.compile(r"https?://[!#-;=?-~]+")


def definitions_of(text: str) -> str:
    """Collect the link targets, footnotes and abbreviations of a text, as Markdown."""
    return "\n\n".join(one.source for one in Definitions.of(text).entries)


def render_slice(slice_text: str, definitions: str, clause_id: str) -> Markup:
    """Render one clause; of ``definitions`` (Markdown) it takes what the clause refers to.

    Headings start at ``h2``, because the page's own title is its ``h1``. Every id, and every link
    to one, is prefixed with ``clause_id``, so no text can shadow an element of the page or of
    another clause; ``#c-<id>`` leads to a clause of the page. Not for threads, and without limits
    of its own: a hostile slice takes minutes or raises RecursionError (``app.web.renderer``).
    """
    if not _CLAUSE_ID.fullmatch(clause_id):
        raise ValueError(f"not a clause id: {clause_id!r}")
    needed = Definitions.of(definitions).used_by(slice_text)
    source = _CONTROLS.sub("\ufffd", f"{slice_text}\n\n{needed}")
    source = _STRAY_LESS_THAN.sub(_LESS_THAN, source)
    try:
        rendered = _markdown().reset().convert(source)
    except BaseException:
        _markdown.cache_clear()  # its parser is left in the middle of something
        raise
    return trusted(_show_invisible(_sanitise(rendered.replace(_LESS_THAN, "&lt;"), clause_id)))


def trusted(sanitised: str) -> Markup:
    """Take back as markup what ``render_slice`` made, after a pipe or a file."""
    return Markup(sanitised)  # noqa: S704 (made by render_slice, hence sanitised)


def escaped_source(text: str) -> Markup:
    """Show a text that could not be rendered as it was written, line by line."""
    lines = (html.escape(line) for line in text.strip("\n").split("\n"))
    return trusted(f'<div class="source">{_show_invisible("<br>".join(lines))}</div>')


def render_plain_comment(text: str) -> Markup:
    """Render a comment: paragraphs, line breaks and links, nothing else; linear in its length."""
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1].append(_linked(line.strip()))
        elif paragraphs[-1]:
            paragraphs.append([])
    shown = (f"<p>{'<br>'.join(lines)}</p>" for lines in paragraphs if lines)
    return trusted(_show_invisible("\n".join(shown)))


@lru_cache(maxsize=1)
def _markdown() -> Markdown:
    return Markdown(
        extensions=["tables", "fenced_code", "footnotes", "abbr", LawMarkdown()],
        extension_configs={
            "footnotes": {"BACKLINK_TITLE": "↩ {}"},
            "tables": {"use_align_attribute": True},
        },
    )


def _sanitise(rendered: str, clause_id: str) -> str:
    prefix = f"u-{clause_id}-"
    seen: set[str] = set()

    def keep(tag: str, attribute: str, value: str) -> str | None:
        value = _INVISIBLE.sub("", value)
        if attribute == "id":
            if value in seen or " " in value:
                return None
            seen.add(value)
            return prefix + value
        if attribute == "href" and value.startswith("#") and not _CLAUSE_LINK.fullmatch(value):
            return f"#{prefix}{value[1:]}"
        if attribute == "href" and not _ADDRESS.match(value):
            return None
        return value

    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )


def _show_invisible(sanitised: str) -> str:
    """Put a visible mark for every invisible character outside tags."""

    def mark(match: re.Match[str]) -> str:
        if match[0].startswith("<"):
            return match[0]
        code = f"U+{ord(match[0]):04X}"
        return f'<span class="invisible" title="{code}">{code}</span>'

    return _TAG_OR_INVISIBLE.sub(mark, sanitised)


def _linked(line: str) -> str:
    """Escape a line and link its web addresses; a full stop behind one is not part of it."""
    parts: list[str] = []
    at = 0
    for match in _URL.finditer(line):
        bare = match[0].rstrip(".,;:!?)'*_]")
        address = html.escape(bare)
        parts.append(html.escape(line[at : match.start()]))
        parts.append(f'<a href="{address}" rel="nofollow noopener">{address}</a>')
        at = match.start() + len(bare)
    return "".join(parts) + html.escape(line[at:])
