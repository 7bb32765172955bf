"""The answers as a spreadsheet: out for an officer to fill in, and back in by way of a look."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.versions import get_version
from app.suggestions.answer_forms import OUTCOMES
from app.suggestions.intake_forms import UploadForm
from app.suggestions.queries.answer_rows import AnswerRow
from app.suggestions.queries.work_table import iter_work, seen_token
from app.suggestions.routes import blueprint
from app.suggestions.services.keeping_uploads import drop_upload, find_upload, keep_upload
from app.suggestions.services.uploading_answers import LookedOver, look_over, store_all
from app.suggestions.spreadsheet import Cell, read_sheet, write_sheet
from app.text.labels import spoken
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWERS = "/policies/<slug>/answers"
LOCALES = ("zh_Hans_CN", "en")
SHOWN = 10  # answers that the page of the look shows as examples
_HEADS = {
    "number": N_("Number"),
    "part": N_("Point"),
    "kind": N_("Kind"),
    "article": N_("Article"),
    "words": N_("Comment"),
    "change": N_("Suggested words"),
    "same": N_("Sent much the same"),
    "state": N_("Where the answer stands"),
    "outcome": N_("What became of it"),
    "reason": N_("The reason"),
    "reference": N_("Which law and article, or which office?"),
    "revision": N_("In which version?"),
    "clauses": N_("Which articles does it change?"),
    "seen": "",
}
_KINDS = {
    "suggestion": N_("Suggestion"),
    "comment": N_("Comment"),
    "question": N_("Question"),
    "objection": N_("Objection"),
}


@blueprint.get(f"{ANSWERS}/work.xlsx")
@requires(Act.PREPARE_ANSWERS)
def spreadsheet(slug: str) -> Response:
    """Every owed and late contribution with what is written so far, to fill in elsewhere."""
    policy = _office_policy(slug)
    # On disk beyond a few megabytes, so that a table of a hundred thousand rows is not held in memory.
    file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - the answer closes it
    write_sheet(
        file,
        _cells(policy),
        title=_("Answers"),
        heads=[_(head) if head else "" for head in _HEADS.values()],
        outcomes=[str(words) for words in OUTCOMES.values()],
    )
    file.seek(0)
    answer = send_file(
        file,
        mimetype=MEDIA_TYPE,
        as_attachment=True,
        download_name=f"{policy.slug}-answers.xlsx",
    )
    answer.call_on_close(file.close)
    return answer


@blueprint.route(f"{ANSWERS}/upload", methods=["GET", "POST"])
@requires(Act.PREPARE_ANSWERS, own_token_check=True)
def upload_answers(slug: str) -> ResponseReturnValue:
    """Choose the table, look at what it would do, and say yes."""
    policy = _office_policy(slug)
    if policy.slug != slug:
        return redirect(url_for(".upload_answers", slug=policy.slug), 301)
    form = UploadForm()
    if not form.is_submitted():
        return _page(policy, form)
    if not form.validate():
        return _page(policy, form), failed(form)
    try:
        ensure_open(policy.phase_now, Act.PREPARE_ANSWERS)
        if request.form.get("step") == "save":
            return _saved(policy, form)
        return _looked(policy, form)
    except RuleBroken as refusal:
        put_error(form, refusal, "file")
        form.kept.data = ""
        return _page(policy, form), 422


def _looked(policy: Policy, form: UploadForm) -> ResponseReturnValue:
    file = request.files.get("file")
    content = file.stream.read() if file and file.filename else b""
    if not content:
        raise RuleBroken(N_("Please choose the table."), field="file")
    form.kept.data = keep_upload(policy.id, content, actor=current_actor())
    looked = _look(policy, form)
    if not looked.ready:
        drop_upload(policy.id, form.kept.data, actor=current_actor())
    return _page(policy, form, looked)


def _saved(policy: Policy, form: UploadForm) -> ResponseReturnValue:
    looked = _look(policy, form)
    count = store_all(policy.slug, looked, actor=current_actor())
    drop_upload(policy.id, form.kept.data or "", actor=current_actor())
    sentence = ngettext(
        "%(num)s answer is saved as a draft.", "%(num)s answers are saved as drafts.", count
    )
    flash(sentence, "success")
    return redirect(url_for("suggestions.desk", slug=policy.slug), 303)


def _look(policy: Policy, form: UploadForm) -> LookedOver:
    path = find_upload(policy.id, form.kept.data or "", actor=current_actor())
    return look_over(policy.slug, read_sheet(path), _codes(), actor=current_actor())


def _page(policy: Policy, form: UploadForm, looked: LookedOver | None = None) -> str:
    return render_template(
        "suggestions/upload_answers.html",
        policy=policy,
        form=form,
        looked=looked,
        shown=looked.ready[:SHOWN] if looked else (),
    )


def _office_policy(slug: str) -> Policy:
    policy = get_policy(slug, current_actor())
    ensure(current_actor(), Act.PREPARE_ANSWERS, office_facts(policy, current_actor()))
    return policy


def _codes() -> dict[str, str]:
    """The outcome that words or a code in the table name, whichever language it was made in."""
    found = {outcome.value: outcome.value for outcome in OUTCOMES}
    for locale in {*LOCALES, str(get_locale())}:
        with force_locale(locale):
            found |= {str(words).casefold(): code.value for code, words in OUTCOMES.items()}
    return found


def _cells(policy: Policy) -> Iterator[list[Cell]]:
    """The rows of the table in the order of its columns."""
    labels = {
        clause.id: spoken(clause.label)
        for clause in get_version(policy.id, policy.head_number).outline
        if clause.label
    }
    outcomes = {code.value: str(words) for code, words in OUTCOMES.items()}
    kinds = {code: _(words) for code, words in _KINDS.items()}
    states = {True: _("Written, not published"), False: _("Published")}
    late = _("Sent after closing")
    for row in iter_work(policy, current_actor()):
        state = states[row.is_draft] if row.outcome else ""
        yield [
            row.number,
            row.part or "",
            kinds.get(row.kind, row.kind),
            row.label,
            row.words,
            row.change,
            row.same,
            " · ".join(word for word in (state, late if row.is_late else "") if word),
            outcomes.get(row.outcome, ""),
            row.reason,
            row.reference,
            row.revision or "",
            _named(row, labels),
            seen_token(row),
        ]


def _named(row: AnswerRow, labels: dict[str, str]) -> str:
    return "、".join(labels.get(ident, ident) for ident in row.clauses)
