"""共议 Gongyi, the policy wiki: ``create_app`` is the only place where all parts meet."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import wiring
from app.database import configure, db
from app.web import assets, catalogs, error_pages, guard, headers, languages
from app.web.renderer import Renderer
from app.web.sessions import Sessions
from app.web.transaction import EdgeFlask
from app.web.visitor_cache import PageCache

BODY_LIMIT = 16 * 1024 * 1024
TEXT_LIMIT = 2 * 1024 * 1024


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application for ``settings`` (of the environment when None)."""
    settings = settings or config.read()
    app = EdgeFlask(__name__, template_folder=str(config.ROOT / "templates"), static_folder=None)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        TESTING=settings.app_env == "test",
        PROPAGATE_EXCEPTIONS=settings.app_env == "test",
        SESSION_COOKIE_NAME="gongyi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.site_url.startswith("https:"),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_CHECK_DEFAULT=False,  # web/guard.py checks, so that a page can give words back
        WTF_CSRF_TIME_LIMIT=None,  # tokens live as long as the session
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "app" / "translations"),
        BABEL_DEFAULT_LOCALE="en",
    )
    app.session_interface = Sessions()
    if settings.is_production:
        # Links are made of SITE_URL, never of the Host header; a foreign one is refused besides.
        host = urlsplit(settings.site_url).hostname or ""
        app.config["TRUSTED_HOSTS"] = [host, "127.0.0.1", "localhost"]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        configure(db.engine, settings.instance_dir / "write.lock")
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    app.extensions["gongyi_pages"] = PageCache()
    app.extensions["gongyi_renderer"] = Renderer(settings.instance_dir / "cache")
    assets.init_app(app)
    catalogs.compile_if_stale()
    guard.init_app(app, wiring.load_actor)
    languages.init_app(app)
    headers.init_app(app)
    error_pages.init_app(app)
    wiring.register(app)
    return app


def _engine_options(settings: config.Settings) -> dict[str, object]:
    if settings.is_sqlite:
        return {"pool_size": 16, "max_overflow": 16}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "pool_recycle": 1800}
