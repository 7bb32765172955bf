"""Papers: the list of them, and each as HTML, DOCX, PDF or CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.errors import NotFound
from app.messages import N_
from app.papers import pdf_writer
from app.papers.queries.answering import count_contributions
from app.papers.queries.choosing import choose_pair, list_papers
from app.papers.queries.standing import standing_of
from app.papers.rules import MEDIA_TYPES, MOST_ROWS, NAMES, Format, Paper, checked, numbers_of
from app.papers.services.serving import Served, order_of, serve
from app.papers.shelf import shelf
from app.policies.models import Policy
from app.policies.queries import get_policy, get_revision
from app.web.guard import current_actor, requires
from app.web.languages import locale

blueprint = Blueprint("papers", __name__)
blueprint.record(lambda state: shelf.keep_in(state.app.config["SETTINGS"].instance_dir / "papers"))

AGAIN = 3  # seconds until the page asks again
_ATTACHED = (Format.DOCX, Format.CSV, Format.ZIP)
_BOM = b"\xef\xbb\xbf"


@blueprint.get("/policies/<slug>/papers")
@requires(Act.READ_POLICY)
def index(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    return render_template(
        "papers/index.html",
        policy=policy,
        papers=list_papers(policy, actor),
        standing=standing_of(policy, actor),
        missing=pdf_writer.missing_packages(),
        names=NAMES,
        shortened=Paper.ANSWERS if count_contributions(policy.id) > MOST_ROWS else "",
        most_rows=MOST_ROWS,
    )


@blueprint.get("/policies/<slug>/papers/<name>.<ext>")
@requires(Act.READ_POLICY)
def paper(slug: str, name: str, ext: str) -> ResponseReturnValue:
    wanted, ending = checked(name, ext)
    actor = current_actor()
    policy = get_policy(slug, actor)
    if wanted is Paper.COMPARISON:
        pair = choose_pair(policy, actor)
        if pair is None:
            raise NotFound(N_("There is one version only; nothing can be compared yet."))
        told: dict[str, Any] = {"pair": f"{pair[0]}...{pair[1]}", "ext": ext, **_asked_for()}
        return redirect(url_for("papers.comparison", slug=slug, **told), 303)
    return _answer(policy, serve(policy, order_of(policy, wanted, ending, locale(), actor)))


@blueprint.get("/policies/<slug>/compare/<pair>.<any(html, docx, pdf, csv):ext>")
@requires(Act.READ_POLICY)
def comparison(slug: str, pair: str, ext: str) -> ResponseReturnValue:
    wanted, ending = checked(Paper.COMPARISON, ext)
    actor = current_actor()
    policy = get_policy(slug, actor)
    numbers = numbers_of(pair)
    for number in numbers:
        get_revision(policy, number, actor)
    order = order_of(policy, wanted, ending, locale(), actor, numbers)
    return _answer(policy, serve(policy, order))


def _answer(policy: Policy, served: Served) -> ResponseReturnValue:
    if served.path is not None:
        return _file(policy, served, served.path)
    status = 503 if served.missing or served.failure else 202
    response = make_response(
        render_template(
            "papers/waiting.html",
            policy=policy,
            order=served.order,
            name=NAMES[served.order.paper],
            failure=served.failure,
            missing=served.missing,
            must_wait=served.must_wait,
            has_moved=request.args.get("since", served.order.stamp) != served.order.stamp,
            others=_other_formats(served),
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    if status == 202:
        told = {**(request.view_args or {}), **_asked_for(), "since": served.order.stamp}
        response.headers["Refresh"] = f"{AGAIN}; url={url_for(request.endpoint or '', **told)}"
    return response


def _asked_for() -> dict[str, Any]:
    """Whether a spreadsheet is to open the table, for the address that comes next."""
    return {"for": "excel"} if request.args.get("for") == "excel" else {}


def _other_formats(served: Served) -> list[tuple[str, str]]:
    """The other formats of the same paper, each with its address."""
    if served.order.paper is Paper.EVERYTHING:
        return []
    arguments = dict(request.view_args or {})
    return [
        (ending, url_for(request.endpoint or "", **{**arguments, "ext": ending}))
        for ending in (Format.HTML, Format.DOCX, Format.PDF, Format.CSV)
        if ending is not served.order.format and _is_made(served.order.paper, ending)
    ]


def _is_made(paper: Paper, ending: Format) -> bool:
    try:
        return bool(checked(paper, ending))
    except NotFound:
        return False


def _file(policy: Policy, served: Served, path: Path) -> Response:
    order = served.order
    media = MEDIA_TYPES[order.format]
    name = f"{policy.title}-{_(NAMES[order.paper])}.{order.format}".replace("/", "-")
    if order.format is Format.CSV and _asked_for():
        # Excel takes UTF-8 for another code unless the file says so; programs want it without.
        response = Response(_BOM + path.read_bytes(), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"{policy.slug}.csv")
    else:
        response = send_file(
            path,
            mimetype=media,
            as_attachment=order.format in _ATTACHED,
            download_name=name,
            etag=order.key,
            conditional=True,
            max_age=0,
        )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
