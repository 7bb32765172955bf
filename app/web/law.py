"""A rendered law as the two pieces of a page: its clauses with their buttons, its contents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from app.text.clauses import title_of
from app.text.outline import ClauseKind, Outline
from app.web.renderer import RenderedText


@dataclass(frozen=True, slots=True)
class Law:
    """Two pieces of HTML that templates made: the text clause by clause, and its contents."""

    html: str
    contents: str


def law_of(
    slug: str,
    language: str,
    version: Any,
    rendered: RenderedText,
    comments: Mapping[str, int],
    *,
    is_open: bool,
    still_open: Collection[str] = (),
    statuses: Mapping[str, str] | None = None,
) -> Law:
    """The text of a policy as its page shows it; ``comments`` counts open threads by clause,
    ``is_open`` puts the buttons there that lead to the form for other words and comments, on the
    clauses ``still_open`` in any case. ``statuses`` says by clause how it stands."""
    html = render_template(
        "policies/_law.html",
        pairs=list(zip(version.outline, rendered.slices, strict=True)),
        language=language,
        slug=slug,
        comments=comments,
        headings=ClauseKind.HEADING,
        suggest=f"{slug}/suggest",
        statuses=statuses or {},
        open_clauses={clause.id for clause in version.outline} if is_open else still_open,
    )
    groups = contents_of(slug, version.outline)
    return Law(html, render_template("policies/_contents.html", groups=groups, language=language))


def contents_of(slug: str, outline: Outline, *, pages: bool = False) -> list[dict[str, Any]]:
    """The contents: chapters with their articles; ``pages`` links clause pages, else anchors."""
    groups: list[dict[str, Any]] = [{"label": "", "href": None, "items": []}]
    for clause in outline:
        if clause.start == 0 and clause.text.startswith("# "):
            continue  # the text's own title stands above the contents already
        here = (
            url_for("policies.clause", slug=slug, ident=clause.id) if pages else f"#c-{clause.id}"
        )
        if clause.kind is ClauseKind.HEADING:
            groups.append({"label": clause.label, "href": here, "items": []})
        elif clause.label:
            item = {"href": here, "label": clause.label, "title": title_of(clause)}
            groups[-1]["items"].append(item)
    return [group for group in groups if group["label"] or group["items"]]
