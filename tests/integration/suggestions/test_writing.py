"""Screen 3 and sending from it: one form for other words, a removal, a comment, a new article."""

from __future__ import annotations

import html5lib
from flask import Flask

from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

NEW = "第二条 共享自行车停放超过三日，或者妨碍轮椅通行的，运营企业应当在二十四小时内移走。"


def form_of(page: str) -> dict[str, str]:
    """The fields of the suggestion form on a page, as a browser would send them."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(f for f in root.iter("form") if any(e.get("name") == "begun" for e in f.iter()))
    fields = {
        e.get("name"): e.get("value") or ""
        for e in form.iter("input")
        if e.get("name") and (e.get("type") != "checkbox" or e.get("checked") is not None)
    }
    areas = {e.get("name"): "".join(e.itertext()).removeprefix("\n") for e in form.iter("textarea")}
    return {**fields, **areas}


def test_a_signed_in_resident_writes_checks_and_sends(app: Flask, client: CheckingClient) -> None:
    policy = make_policy(mode="reviewed")
    address = f"/policies/{policy.slug}/suggest"
    sign_in(client, make_actor())
    form = form_of(client.get(f"{address}?clause=c3").text)
    form |= {"text": NEW, "summary": "Wheelchairs cannot pass.", "step": "check"}
    checked = client.post(address, data=form)
    assert "<ins>" in checked.text
    sent = client.post(address, data={**form_of(checked.text), "step": "send"})
    assert (sent.status_code, sent.location) == (303, f"/policies/{policy.slug}/suggestions/1")
