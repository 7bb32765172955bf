"""Style sheets, scripts and pictures: read once, packed, under an address that names their content.

The address holds a digest of all files, so a browser keeps a file for a year and a new release
has new addresses. The sheets that every page needs travel as one file, ``css/house.css``.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

ENDPOINTS = frozenset({"static", "static_of_any_release"})
HOUSE = "css/house.css"
# In the order of the cascade: what later sheets build on comes first.
HOUSE_SHEETS = (
    "tokens", "base", "masthead", "form", "law", "diff", "discussion", "saying", "telling",
    "answering", "attribution", "receipt", "pieces", "figures", "standing", "stance",
)  # fmt: skip
KEPT = "public, max-age=31536000, immutable"
ASKED_EACH_TIME = "public, no-cache"
# Every release serves its files here too, for what is kept outside of the pages.
LASTING = "/static"
_RELEASE = "v-"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it travels: plain and packed, with its kind and what names its content."""

    body: bytes
    packed: bytes
    mimetype: str
    tag: str


def read(folder: Path) -> dict[str, Asset]:
    """All files below ``folder`` by their path, and the house's sheets as one."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    files[HOUSE] = b"\n".join(files[f"css/{sheet}.css"] for sheet in HOUSE_SHEETS)
    return {name: _asset(name, body) for name, body in files.items()}


def release_of(assets: dict[str, Asset]) -> str:
    """What names the content of all files in their addresses."""
    digest = hashlib.blake2b(digest_size=8)
    for name, asset in assets.items():
        digest.update(f"{name}\0{len(asset.body)}\0".encode() + asset.body)
    return _RELEASE + digest.hexdigest()


def init_app(app: Flask) -> None:
    """Serve the files of ``app/static`` below ``LASTING``."""
    assets = read(Path(app.root_path) / "static")
    release = release_of(assets)

    def current(filename: str) -> Response:
        return _answer(assets, filename, KEPT)

    def of_any_release(filename: str) -> Response:
        """For papers kept from before, and pages that were open while a release came."""
        first, _, rest = filename.partition("/")
        return _answer(assets, rest if first.startswith(_RELEASE) else filename, ASKED_EACH_TIME)

    app.add_url_rule(f"{LASTING}/{release}/<path:filename>", "static", current)
    app.add_url_rule(f"{LASTING}/<path:filename>", "static_of_any_release", of_any_release)


def accepts_packed() -> bool:
    """Whether the browser unpacks gzip."""
    return request.accept_encodings.quality("gzip") > 0


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    return Asset(body, gzip.compress(body, 9, mtime=0), kind, tag)


def _answer(assets: dict[str, Asset], name: str, keeping: str) -> Response:
    asset = assets.get(name)
    if asset is None:
        raise NotFound
    is_packed = accepts_packed()
    answer = Response(asset.packed if is_packed else asset.body, mimetype=asset.mimetype)
    answer.headers["Cache-Control"] = keeping
    answer.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(f"{asset.tag}-packed" if is_packed else asset.tag)
    answer.make_conditional(request)
    return answer
