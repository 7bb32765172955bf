"""The form for other words as a browser without JavaScript reads and sends it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import html5lib

NEW = "第二条 共享自行车停放超过三日，或者妨碍轮椅通行的，运营企业应当在二十四小时内移走。"


def form_of(page: str) -> dict[str, str]:
    """The fields of the suggestion form on a page; of two ticks the last."""
    form = _form(page)
    fields = {
        e.get("name", ""): e.get("value") or ""
        for e in form.iter("input")
        if e.get("name") and (e.get("type") != "checkbox" or e.get("checked") is not None)
    }
    areas = {
        area.get("name", ""): "".join(area.itertext()).removeprefix("\n")
        for area in form.iter("textarea")
    }
    return {**fields, **areas}


def buttons_of(page: str) -> list[tuple[str, str]]:
    """The buttons of that form in order: the step each asks for and what it says."""
    return [
        (button.get("value") or "", "".join(button.itertext()))
        for button in _form(page).iter("button")
        if button.get("type") == "submit"
    ]


def heading_of(page: str) -> str:
    """The words of the page's one h1."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    return "".join(next(root.iter("h1")).itertext())


def errors_of(page: str) -> list[str]:
    """The sentences at the top of the page that say what is wrong."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    boxes = [e for e in root.iter("div") if e.get("class") == "error-summary"]
    return ["".join(line.itertext()) for box in boxes for line in box.iter("li")]


def _form(page: str) -> Element:
    root: Element = html5lib.parse(page, namespaceHTMLElements=False)
    return next(f for f in root.iter("form") if any(e.get("name") == "begun" for e in f.iter()))
