"""Words from elsewhere: the office enters a letter or a call, and prints what goes back by post."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.policies.forms import new_token
from app.policies.models import Policy
from app.suggestions.channels import NAMES
from app.suggestions.intake_forms import IntakeForm
from app.suggestions.queries.entered import get_record, list_entered
from app.suggestions.queries.shown import get_contribution
from app.suggestions.routes import blueprint
from app.suggestions.services.codes import lookup_code
from app.suggestions.services.entering import Entered, enter, get_enterable
from app.suggestions.services.keeping_scans import MEDIA_TYPES, MOST_BYTES, find_scan
from app.suggestions.services.storing_paper import Ground, ground_of
from app.text.canonical import TextRefused
from app.text.clauses import title_of
from app.text.labels import spoken
from app.web.error_pages import translated
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.route("/policies/<slug>/intake", methods=["GET", "POST"])
@requires(Act.ENTER_PAPER, own_token_check=True)
def intake(slug: str) -> ResponseReturnValue:
    policy = get_enterable(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".intake", slug=policy.slug), 301)
    if request.method == "GET":
        return _page(policy, _blank())
    form = IntakeForm()
    if not form.validate():
        return _page(policy, form), failed(form)
    try:
        done = _enter(policy, form)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error)
        return _page(policy, form), refused(error)
    return redirect(url_for(".intake", slug=done.slug, entered=done.number, _anchor="entered"), 303)


@blueprint.get("/policies/<slug>/suggestions/<int:number>/slip")
@requires(Act.ENTER_PAPER)
def slip(slug: str, number: int) -> str:
    """The slip that goes back to the sender: number, look-up code, and where the answer will be."""
    policy = get_enterable(slug, current_actor())
    return _print("suggestions/slip.html", policy, number)


@blueprint.get("/policies/<slug>/suggestions/<int:number>/printed-answer")
@requires(Act.ENTER_PAPER)
def printed_answer(slug: str, number: int) -> str:
    """The published answer as a letter."""
    policy = get_enterable(slug, current_actor())
    if not get_contribution(policy.slug, number, current_actor()).answers:
        raise NotFound(N_("This has no published answer yet."))
    return _print("suggestions/printed_answer.html", policy, number)


@blueprint.get("/policies/<slug>/suggestions/<int:number>/scan")
@requires(Act.ENTER_PAPER)
def scan(slug: str, number: int) -> Response:
    """The scan as a download; a browser is not to open what somebody else wrote. It is away while
    a volunteer hides the words."""
    policy = get_enterable(slug, current_actor())
    if get_contribution(policy.slug, number, current_actor()).marker is not None:
        raise NotFound(N_("These words are hidden, and their scan with them."))
    path = find_scan(get_record(policy, number).scan)
    ending = path.suffix.removeprefix(".")
    answer = send_file(
        path,
        mimetype=MEDIA_TYPES[ending],
        as_attachment=True,
        download_name=f"{policy.slug}-{number}.{ending}",
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _enter(policy: Policy, form: IntakeForm) -> Entered:
    file = request.files.get("scan")
    # One octet more than is taken, so that what is too large is refused and not cut off.
    content = file.stream.read(MOST_BYTES + 1) if file and file.filename else b""
    return enter(policy.slug, form.wanted(), actor=current_actor(), scan=content)


def _blank() -> IntakeForm:
    return IntakeForm(formdata=None, edit_token=new_token())


def _page(policy: Policy, form: IntakeForm) -> str:
    before = number_argument("page")
    entries, next_key = list_entered(policy, before=before)
    ground, closed = _ground(policy)
    if ground is not None:
        form.offer(_places(ground))
    entered = number_argument("entered")
    return render_template(
        "suggestions/intake.html",
        policy=policy,
        form=form if ground is not None and before is None else None,
        closed=closed,
        entries=entries,
        next_key=next_key,
        is_first_page=before is None,
        entered=entered if entered in {entry.number for entry in entries} else None,
        code=lookup_code(policy.id, entered) if entered else "",
        channels=NAMES,
    )


def _ground(policy: Policy) -> tuple[Ground | None, str]:
    """What words are entered upon, or the sentence that says why none are entered now."""
    try:
        return ground_of(policy), ""
    except RuleBroken as refusal:
        return None, translated(refusal.message)


def _places(ground: Ground) -> list[tuple[str, str]]:
    """The articles that can be chosen: id, and label with caption."""
    return [
        (clause.id, f"{spoken(clause.label)} {title}" if title else spoken(clause.label))
        for clause in ground.base.outline
        if clause.label
        for title in [title_of(clause) if title_of(clause) != clause.label else ""]
    ]


def _print(template: str, policy: Policy, number: int) -> str:
    view = get_contribution(policy.slug, number, current_actor())
    return render_template(
        template,
        policy=policy,
        view=view,
        record=get_record(policy, number),
        code=lookup_code(policy.id, number),
        look_up=current_app.config["SETTINGS"].site_url + url_for("suggestions.receipts"),
    )
