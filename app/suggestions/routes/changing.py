"""Change or take back what one has sent: signed in, or in the browser that holds its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions.queries import get_thread
from app.errors import RuleBroken
from app.policies.forms import new_token
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.suggestions.forms import SuggestForm
from app.suggestions.queries.rewriting import Rewriting, find_rewriting
from app.suggestions.queries.views import ContributionView
from app.suggestions.routes import blueprint
from app.suggestions.routes.own import author_of, course_of, own_contribution
from app.suggestions.routes.places import place_at, wanted_by
from app.suggestions.rules import ArticleChanged, State
from app.suggestions.services import changing, withdrawing
from app.suggestions.services.noticing import mark_seen
from app.suggestions.services.sending import Sent, Wanted
from app.text.as_read import as_read
from app.text.canonical import MAX_TEXT_BYTES, TextRefused
from app.text.personal_data import find_personal
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is to be changed, and how it can be now: at once or by a new one in its place."""

    policy: Policy
    view: ContributionView
    act: Callable[..., object]

    @property
    def way(self) -> str:
        return "replace" if self.act is changing.replace else "change"

    @property
    def address(self) -> str:
        return _receipt(self.view)


@blueprint.route("/policies/<slug>/suggestions/<int:number>/change", methods=["GET", "POST"])
@requires(Act.READ_POLICY, own_token_check=True)
def change(slug: str, number: int) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    view = own_contribution(policy.slug, number)
    form, act = SuggestForm(), _act(policy, view)
    if form.is_submitted():
        # Where nothing can be changed the service says why, and the page gives the words back.
        subject = _Subject(policy, view, act or changing.change)
        form.clause.data, form.after.data = view.clause or "", view.after or ""
        return _receive(subject, form) if form.validate() else (_page(subject, form), failed(form))
    if act is None:
        return _elsewhere(view)
    subject = _Subject(policy, view, act)
    rewriting = find_rewriting(view) if view.is_suggestion else Rewriting(view.head, "")
    if rewriting is None:
        flash(_("This article is no longer in the text."), "warning")
        return redirect(subject.address, 303)
    return _page(subject, _form(subject, rewriting), rewriting)


def _act(policy: Policy, view: ContributionView) -> Callable[..., object] | None:
    if view.state != State.OPEN or view.marker is not None or view.paper is not None:
        return None
    if course_of(policy, view).minutes:
        return changing.change
    return changing.replace if view.is_suggestion else None


def _elsewhere(view: ContributionView) -> ResponseReturnValue:
    """After the first minutes a comment is changed where it stands, by whoever is signed in."""
    actor = current_actor()
    is_author = actor.id is not None and actor.id == view.author_id
    if view.thread_id and is_author and view.marker is None and not view.is_withdrawn:
        first = get_thread(view.thread_id, actor)[1].first.id
        here = url_for("discussions.edit_comment", thread_id=view.thread_id, comment_id=first)
        return redirect(here, 303)
    flash(_("This cannot be changed any more."), "warning")
    return redirect(_receipt(view), 303)


def _form(subject: _Subject, rewriting: Rewriting) -> SuggestForm:
    view = subject.view
    form = SuggestForm(
        formdata=None,
        base=rewriting.base,
        edit_token=new_token(),
        clause=view.clause or "",
        after=view.after or "",
        summary=view.words,
        kind=[view.kind],
    )
    form.show(rewriting.text, _words_of_draft(subject, rewriting.base))
    return form


def _words_of_draft(subject: _Subject, number: int) -> str:
    """The words of version ``number`` in whose place the person writes."""
    view = subject.view
    place = place_at(subject.policy, number, view.clause or "", view.after or "")
    return place.base if place else ""


def _receive(subject: _Subject, form: SuggestForm) -> ResponseReturnValue:
    view, wanted = subject.view, wanted_by(form, subject.policy)
    if request.form.get("way", subject.way) != subject.way:
        late = _("The ten minutes are over. Now your words become a new suggestion.")
        return _page(subject, form, late=late), 422
    if _numbers_seen(subject, form, wanted):
        return _page(subject, form), 422
    try:
        done = subject.act(view.slug, view.number, wanted, actor=author_of(view))
    except ArticleChanged as changed:
        form.base.data = changed.head
        now = _words_of_draft(subject, changed.head)
        return _page(subject, form, Rewriting(changed.head, "", now)), 409
    except (RuleBroken, TextRefused) as error:
        if isinstance(error, RuleBroken) and error.field is None:
            raise
        put_error(form, error, "text")
        return _page(subject, form), refused(error)
    if isinstance(done, Sent):
        return redirect(url_for("suggestions.show", slug=done.slug, number=done.number), 303)
    flash(_("Your change is saved. The earlier words are gone."), "success")
    return redirect(subject.address, 303)


def _numbers_seen(subject: _Subject, form: SuggestForm, wanted: Wanted) -> bool:
    """Whether there are numbers of people that nobody has confirmed; each field then says so."""
    public, known = _words_of_draft(subject, wanted.base), form.known_numbers
    seen = set(known)
    for field, words in ((form.text, wanted.text), (form.summary, wanted.reason)):
        found = find_personal(words, public) if len(words) <= MAX_TEXT_BYTES else ()
        new = {one.masked for one in found} - known
        said = [
            _(
                "This looks like a personal number: %(masked)s. Remove it, or press the button"
                " again to publish it.",
                masked=masked,
            )
            for masked in sorted(new)
        ]
        field.errors = [*field.errors, *said]
        seen |= new
    form.numbers.data = " ".join(sorted(seen))
    return len(seen) > len(known)


def _page(
    subject: _Subject, form: SuggestForm, rewriting: Rewriting | None = None, *, late: str = ""
) -> str:
    return render_template(
        "suggestions/change.html",
        policy=subject.policy,
        view=subject.view,
        form=form,
        way=subject.way,
        late=late,
        course=course_of(subject.policy, subject.view),
        now=as_read(rewriting.now) if rewriting else "",
        misfits=rewriting.misfits if rewriting else (),
    )


@blueprint.route("/policies/<slug>/suggestions/<int:number>/withdraw", methods=["GET", "POST"])
@requires(Act.READ_POLICY)
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    view = own_contribution(policy.slug, number)
    if request.method != "POST":
        return render_template("suggestions/withdraw.html", policy=policy, view=view)
    if request.form.get("step") == "back":
        withdrawing.bring_back(view.slug, number, actor=author_of(view))
        flash(_("Your words are back."), "success")
    else:
        withdrawing.withdraw(view.slug, number, actor=author_of(view))
    return redirect(_receipt(view), 303)


@blueprint.post("/policies/<slug>/suggestions/<int:number>/leave")
@requires(Act.READ_POLICY)
def leave(slug: str, number: int) -> ResponseReturnValue:
    """The text moved on and the author lets the words stand: the question is answered."""
    view = own_contribution(get_policy(slug, current_actor()).slug, number)
    mark_seen(view.id)
    flash(_("Left as it was. The department reads your words beside the new article."), "success")
    return redirect(_receipt(view), 303)


def _receipt(view: ContributionView) -> str:
    return url_for("suggestions.show", slug=view.slug, number=view.number)
