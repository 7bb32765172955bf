"""The yardstick: a Flask application that does nothing but answer one page of 10 KB."""

from __future__ import annotations

from flask import Flask

PAGE = "<!doctype html><title>bare</title><p>" + "x" * 10_200

app = Flask(__name__)


@app.get("/")
def page() -> str:
    return PAGE
