"""The WSGI entry: ``gunicorn wsgi:app``; ``flask`` finds it through .flaskenv."""

import gc

from app import create_app
from app.search.folding import fold

app = create_app()
# Before the web server forks: tables that every process needs are then there once, and the
# collector does not touch (and so copy) what they share.
fold("條")
gc.freeze()
