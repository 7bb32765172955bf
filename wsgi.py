"""The WSGI entry: ``gunicorn wsgi:app``; ``flask`` finds it through .flaskenv."""

from app import create_app

app = create_app()
