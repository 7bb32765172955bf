"""Which blueprints and commands the application has, and who hands the person to the edge."""

from __future__ import annotations

from flask import Blueprint, Flask

from app import cli
from app.accounts import login
from app.accounts.routes import blueprint as accounts
from app.accounts.services.naming import keep_hidden_names
from app.consensus.routes import blueprint as consensus
from app.consultations.routes import blueprint as consultations
from app.discussions.routes import blueprint as discussions
from app.home.my_data import blueprint as home
from app.home.routes import help_blueprint as help_pages
from app.ledger.services import keep_unnamed
from app.moderation.routes import blueprint as moderation
from app.moderation.services.naming import is_hidden_name
from app.notifications.routes import blueprint as notifications
from app.papers.routes import blueprint as papers
from app.policies.queries.course import list_unnamed_public_ids
from app.policies.routes import blueprint as policies
from app.search.routes import blueprint as search
from app.suggestions.routes import blueprint as suggestions

BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    help_pages,
    policies,
    suggestions,
    consultations,
    papers,
    discussions,
    moderation,
    notifications,
    consensus,
    search,
    accounts,
)
load_actor = login.load_actor


def register(app: Flask) -> None:
    """Attach every domain's routes and every command group."""
    login.init_app(app)
    keep_unnamed(list_unnamed_public_ids)
    keep_hidden_names(is_hidden_name)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.register(app)
