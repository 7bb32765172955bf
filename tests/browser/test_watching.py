"""The eye on the console sees what it is there for; else every other test could pass blindly."""

from __future__ import annotations

import pytest

from tests.browser.visitors import Visitors

INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.head.append(script);
}"""


@pytest.mark.parametrize("address", ["https://example.org/x.js", "inline"])
def test_a_script_from_elsewhere_is_blocked_and_noticed(address: str, visitors: Visitors) -> None:
    page = visitors.come()
    page.goto("/")
    assert not visitors.faults
    if address == "inline":
        page.evaluate(INLINE)
    else:
        with page.expect_console_message(lambda message: message.text.startswith("CSP:")):
            page.evaluate(
                "(src) => document.head.append(Object.assign(document.createElement('script'), {src}))",
                address,
            )
    assert page.evaluate("window.ran") is None
    page.wait_for_timeout(200)
    assert any("CSP: script-src" in fault for fault in visitors.faults), visitors.faults
    visitors.faults.clear()


def test_a_failing_script_is_noticed(visitors: Visitors) -> None:
    page = visitors.come()
    page.goto("/")
    page.evaluate("setTimeout(() => { throw new Error('seen') })")
    page.wait_for_timeout(200)
    assert any("seen" in fault for fault in visitors.faults), visitors.faults
    visitors.faults.clear()
