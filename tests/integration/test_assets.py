"""Style sheets, scripts and kept pages: packed for who can unpack, named by their content."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from app.access.actor import Role
from app.web import assets
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

PACKED = {"Accept-Encoding": "gzip, br"}


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_every_file_that_a_page_names_is_there_and_kept_for_a_year(client: CheckingClient) -> None:
    named = addresses(client.get("/").text)
    assert any(address.endswith("/css/house.css") for address in named)
    assert any(address.endswith("/js/main.js") for address in named)
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_sheet_of_the_house_holds_each_of_its_sheets_in_order(
    app: Flask, client: CheckingClient
) -> None:
    folder = Path(app.root_path) / "static/css"
    sheet = client.get("/static/css/house.css").text
    places = [sheet.index((folder / f"{name}.css").read_text()) for name in assets.HOUSE_SHEETS]
    assert places == sorted(places)


def test_a_browser_that_unpacks_gets_less_and_the_same(client: CheckingClient) -> None:
    plain = client.get("/static/css/house.css", headers={"Accept-Encoding": "gzip;q=0"})
    packed = client.get("/static/css/house.css", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 2 < len(plain.data)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_page_of_an_earlier_release_still_finds_its_files(client: CheckingClient) -> None:
    answer = client.get("/static/v-0123456789abcdef/js/main.js")
    assert answer.status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/static/js/main.js", headers=tag).status_code == 304


@pytest.mark.parametrize(
    "name", ["nothing.css", "v-1/nothing.css", "../__init__.py", "%2e%2e/__init__.py", "css", ""]
)
def test_what_is_not_there_is_not_found(client: CheckingClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_another_content_has_another_address(tmp_path: Path) -> None:
    for name in assets.HOUSE_SHEETS:
        sheet = tmp_path / "css" / f"{name}.css"
        sheet.parent.mkdir(exist_ok=True)
        sheet.write_text("p { margin: 0 }")
    before = assets.release_of(assets.read(tmp_path))
    assert assets.release_of(assets.read(tmp_path)) == before
    (tmp_path / "css" / "law.css").write_text("p { margin: 1 }")
    assert assets.release_of(assets.read(tmp_path)) != before


def test_a_kept_page_travels_packed_to_visitors_and_is_renewed_by_a_save(
    app: Flask, client: CheckingClient
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner)
    address = f"/policies/{policy.slug}"
    plain, packed = client.get(address), client.get(address, headers=PACKED)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    known = PACKED | {"If-None-Match": packed.headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=owner, base=1)
    renewed = client.get(address, headers=known)
    assert "两日" in gzip.decompress(renewed.data).decode()


def test_a_page_with_somebodys_token_never_travels_packed(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    for _again in range(2):
        answer = client.get(f"/policies/{policy.slug}", headers=PACKED)
        assert "Content-Encoding" not in answer.headers
