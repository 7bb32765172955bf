"""Security headers and cache rules of every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from app.web import assets

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'; img-src 'self' data:"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


FRESH = {"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Language"}


def add(response: Response) -> Response:
    """Close what the browser leaves open; private unless a view has said otherwise."""
    # One walk over what is there: asking name by name costs a kept page a tenth of its time.
    there = {name.lower() for name, _value in response.headers}
    wanted = FIXED if request.endpoint in assets.ENDPOINTS else FIXED | FRESH
    for name, value in wanted.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    if response.status_code == 308 and response.location:
        response.location = _path_of(response.location)
    if current_app.config["SETTINGS"].site_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _path_of(address: str) -> str:
    """The router names the host that the browser claims; a path alone cannot lead elsewhere."""
    parts = urlsplit(address)
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def init_app(app: Flask) -> None:
    app.after_request(add)
