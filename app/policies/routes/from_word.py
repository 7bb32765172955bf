"""Bring a text from Word: choose a file or paste, look at what was found, go on to the form.

Nothing is stored here. The words travel to the form of a new draft, or to the edit form of one that
exists, and are saved there like any others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.access.ensure import ensure
from app.errors import RuleBroken
from app.messages import N_
from app.policies import queries
from app.policies.forms import WordForm, new_token
from app.policies.models import Policy
from app.policies.queries.course import ensure_editable
from app.policies.routes import blueprint
from app.policies.services.reading_headers import guess_language
from app.text.canonical import MAX_TITLE_CHARACTERS, TextRefused, canonical
from app.text.outline import Clause, ClauseKind, Outline
from app.text.word import WordText, read_lines, read_word
from app.text.word_package import MOST_BYTES
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires


@dataclass(slots=True)
class _Group:
    """A heading and what stands under it up to the next one."""

    heading: str
    depth: int
    articles: list[Clause] = field(default_factory=list)


@blueprint.route("/policies/from-word", methods=["GET", "POST"])
@requires(Act.CREATE_POLICY, own_token_check=True)
def from_word() -> ResponseReturnValue:
    """A new draft from Word."""
    return _answer(None)


@blueprint.route("/policies/<slug>/from-word", methods=["GET", "POST"])
@requires(Act.EDIT_POLICY, own_token_check=True)
def into_draft(slug: str) -> ResponseReturnValue:
    """The text of a draft that exists, replaced from Word."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    ensure(actor, Act.EDIT_POLICY, queries.facts(policy, actor))
    ensure_editable(policy)
    return _answer(policy)


def _answer(policy: Policy | None) -> ResponseReturnValue:
    form = WordForm()
    if not form.is_submitted():
        return _form_page(form, policy)
    if not form.validate():
        return _form_page(form, policy), failed(form)
    try:
        found = _read(form)
        text = canonical(found.text).text
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "file")
        return _form_page(form, policy), refused(error)
    return render_template(
        "policies/word_found.html",
        form=form,
        policy=policy,
        title=found.title[:MAX_TITLE_CHARACTERS],
        text=text,
        language=policy.language if policy else guess_language(text),
        not_understood=found.not_understood,
        groups=list(_groups(found.outline)),
        articles=_count(found.outline, ClauseKind.ARTICLE),
        headings=_count(found.outline, ClauseKind.HEADING),
        edit_token=new_token(),
    )


def _form_page(form: WordForm, policy: Policy | None) -> str:
    here = url_for(".into_draft", slug=policy.slug) if policy else url_for(".from_word")
    return render_template("policies/from_word.html", form=form, policy=policy, here=here)


def _read(form: WordForm) -> WordText:
    file = request.files.get("file")
    if file and file.filename:
        # One octet more than is taken, so that what is too large is refused and not cut off.
        return read_word(file.stream.read(MOST_BYTES + 1))
    if not (form.text.data or "").strip():
        raise RuleBroken(N_("Please choose a Word file, or paste the text."), field="file")
    return read_lines(form.text.data)


def _groups(outline: Outline) -> Iterator[_Group]:
    """The headings in order, each with the articles under it."""
    group = _Group("", 0)
    for clause in outline:
        if clause.kind is ClauseKind.HEADING:
            if group.heading or group.articles:
                yield group
            group = _Group(clause.label, len(clause.path))
        elif clause.kind is ClauseKind.ARTICLE:
            group.articles.append(clause)
    yield group


def _count(outline: Outline, kind: ClauseKind) -> int:
    return sum(clause.kind is kind for clause in outline)
