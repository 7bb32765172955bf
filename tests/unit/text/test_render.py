"""Markdown of one clause to safe HTML, and comments to plain HTML."""

from __future__ import annotations

import re
import time
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from app.text.definitions import MAX_CHARACTERS, Definitions
from app.text.render import (
    definitions_of,
    escaped_source,
    render_plain_comment,
    render_slice,
)

HARMLESS = {
    **dict.fromkeys(
        (
            *("abbr", "b", "blockquote", "br", "caption", "code", "del", "em", "h2", "h3", "h4"),
            *("h5", "h6", "hr", "i", "ins", "kbd", "mark", "pre", "q", "rp", "rt", "ruby", "s"),
            *("small", "sub", "table", "tbody", "tfoot", "thead", "tr", "u", "ul"),
        ),
        {"title"},
    ),
    "a": {"class", "href", "rel", "title"},
    "div": {"class"},
    "li": {"id", "value"},
    "ol": {"start"},
    "p": {"class"},
    "span": {"class", "title"},
    "strong": {"class"},
    "sup": {"id"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
SAFE_ADDRESS = re.compile(r"https?://|mailto:|[^:]*$|[^:/?#]*[/?#]", re.IGNORECASE)


def parsed(html: str) -> list[Element]:
    """All elements as a browser would see them."""
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [element for element in root.iter() if element is not root]


def assert_harmless(html: str) -> None:
    for element in parsed(html):
        assert element.tag in HARMLESS, html
        assert set(element.attrib) <= HARMLESS[element.tag], html
        assert SAFE_ADDRESS.match(element.get("href", "").strip()), html
        assert "\0" not in element.get("href", "")


def rendered(text: str, definitions: str = "") -> str:
    return str(render_slice(text, definitions, "c1"))


def words(html: str) -> str:
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return " ".join("".join(root.itertext()).split())


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    "<img/src/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror=alert(1)>'>",
    '<math><a xlink:href="javascript:alert(1)">x</a></math>',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea><script>alert(1)</script></textarea>",
    "<select onchange=alert(1)><option>1</select>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    "<base href=//evil.example/>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<b onmouseover=alert(1)>x</b>",
    '<b style="position:fixed;top:0">x</b>',
    "<a href=javascript:alert(1)>x</a>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="x" onclick="alert(1)" target="_blank" ping="//evil.example">x</a>',
    '<a title="\'><script>alert(1)</script>" href=x>x</a>',
    '<table background="javascript:alert(1)"><tr><td style=x onclick=y>1</td></tr></table>',
    '<td background="javascript:alert(1)">x</td>',
    '<mark class="policy-text" data-action="x" id="csrf_token">x</mark>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1) 'title')",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    '[x](http://a.example/" onclick="alert(1))',
    "[x][1]\n\n[1]: javascript:alert(1)",
    "![x](javascript:alert(1))",
    '![x](http://a.example/x.png"onerror="alert(1))',
    '![x"onerror="alert(1)](http://a.example/x.png)',
    "![x][1]\n\n[1]: data:image/svg+xml,<svg/onload=alert(1)>",
    "<javascript:alert(1)>",
    '<http://a.example/"onclick=alert(1)>',
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "```html onclick=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    'x[^"onclick="alert(1)]\n\n[^"onclick="alert(1)]: note',
    '*[HTML]: "><script>alert(1)</script>\n\nHTML',
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x11script>alert(1)\x11/script>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    "\ufeff<\u200bscript>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "<b><p><a href='http://a.example'><table><a href=javascript:alert(1)>x",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_leaves_more_than_harmless_elements(attack):
    assert_harmless(rendered(attack))
    assert_harmless(rendered(f"第一条 前文{attack}后文\n\n（一）{attack}"))
    assert_harmless(rendered("前文", definitions_of(attack)))
    assert_harmless(escaped_source(attack))
    assert_harmless(render_plain_comment(attack))


@given(
    st.lists(st.sampled_from([*ATTACKS, "\n\n", "    ", "*", "`", "[", "](", "<b>", "</b>", "|"]))
)
@settings(max_examples=60, deadline=None)
def test_attacks_joined_at_random_stay_harmless(parts):
    assert_harmless(rendered("".join(parts[:8])))


def test_markup_that_is_not_allowed_is_shown_and_not_dropped():
    html = rendered("甲<script>乙</script><!-- 丙 --><1>丁<iframe>")
    assert words(html) == "甲<script>乙</script><!-- 丙 --><1>丁<iframe>"


def test_allowed_inline_markup_works_and_a_backslash_shows_it_as_it_stands():
    assert rendered("H<sub>2</sub>O") == "<p>H<sub>2</sub>O</p>"
    assert words(rendered(r"\<sub>")) == "<sub>"


def test_less_than_in_code_and_in_sentences_stays_itself():
    assert words(rendered("若 a < b 且 `x < y`")) == "若 a < b 且 x < y"


def test_paragraphs_and_items_of_a_chinese_article_are_paragraphs_and_the_label_is_wrapped():
    html = rendered(
        "第五条 养犬人应当遵守下列规定：\n\n（一）不得甲；\n\n（二）不得乙。\n\n款二。\n"
    )
    assert [element.tag for element in parsed(html)] == ["p", "strong", "p", "p", "p"]
    assert '<strong class="label">第五条</strong> 养犬人' in html


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("### § 50-2601 Findings.", "§ 50-2601"),
        ("## Sec. 8-122. Prohibited performances.", "Sec. 8-122."),
        ("第 5 條 之 1 第四條停車場作業基金", "第 5 條 之 1"),
        ("第十二条之一 内容", "第十二条之一"),
        ("**第五条** 内容", "第五条"),
        ("Article IV. Hawkers", "Article IV."),
    ],
)
def test_labels_of_articles_are_wrapped_for_the_style_sheet(text, label):
    marked = [one for one in parsed(rendered(text)) if one.get("class") == "label"]
    assert [one.text for one in marked] == [label]


def test_a_reference_inside_a_sentence_is_no_label():
    assert "label" not in rendered("依照第五条 的规定。")
    assert "label" not in rendered("第五条规定的情形除外。")


def test_line_ends_between_han_lines_and_before_items_are_kept():
    assert rendered("甲方。\n乙方：\n（一）丙").count("<br>") == 2
    assert rendered("The scope is:\n(a) one;\n(b) two").count("<br>") == 2
    assert "<br>" not in rendered("a sentence that is\nwrapped by hand")


def test_four_blanks_make_indented_paragraphs_and_never_code():
    html = rendered(
        "(b) The:\n\n    (1) Planning\n\n        (A) Deep\n    (2) More\n\n" + " " * 40 + "x"
    )
    assert [(one.get("class"), one.text) for one in parsed(html)] == [
        (None, "(b) The:"),
        ("indent-1", "(1) Planning"),
        ("indent-2", "(A) Deep"),
        ("indent-1", "(2) More"),
        ("indent-4", "x"),
    ]
    assert "<pre" not in rendered("\tWith a tab")


def test_headings_start_below_the_one_of_the_page():
    html = rendered("# 一\n\n## 二\n\n###### 六\n\n七\n===\n")
    assert [one.tag for one in parsed(html)] == ["h2", "h3", "h6", "h2"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. a\n2. b\n4. d", [1, 2, 4]),
        ("3. a\n\n4. b", [3, 4]),
        ("1. a\n\n3. c\n\n4. d", [1, 3, 4]),
        ("1. a\n2. b\n2. c\n3. d", [1, 2, 2, 3]),
        ("1. a\n1. b\n1. c", [1, 2, 3]),
        ("0. a\n1. b", [0, 1]),
    ],
)
def test_list_numbers_are_shown_as_written(text, shown):
    assert numbers_shown(rendered(text)) == shown


def numbers_shown(html: str) -> list[int]:
    """What a browser writes before the items of numbered lists, in order."""
    numbers = []
    for ordered in parsed(html):
        if ordered.tag == "ol":
            count = int(ordered.get("start", "1"))
            for item in ordered:
                count = int(item.get("value", str(count)))
                numbers.append(count)
                count += 1
    return numbers


def test_a_list_number_of_thousands_of_digits_does_no_harm():
    assert "x" in words(rendered("9" * 5000 + ". x"))


def test_images_become_links_so_that_no_reader_asks_another_server():
    html = rendered("![平面图](https://a.example/x.png) ![](https://a.example/y.png)")
    assert "<img" not in html
    assert [(one.get("href"), one.text) for one in parsed(html) if one.tag == "a"] == [
        ("https://a.example/x.png", "平面图"),
        ("https://a.example/y.png", "https://a.example/y.png"),
    ]


def test_links_are_no_recommendation_to_search_engines():
    (link,) = (one for one in parsed(rendered("[x](https://a.example)")) if one.tag == "a")
    assert set(link.get("rel").split()) == {"nofollow", "noopener"}


def test_ids_and_links_to_them_carry_the_clause_and_stand_once():
    html = render_slice("<sup id='csrf'>a</sup><sup id='csrf'>b</sup> [x](#csrf)", "", "c7")
    assert [one.get("id") for one in parsed(html) if one.tag == "sup"] == ["u-c7-csrf", None]
    assert 'href="#u-c7-csrf"' in html


def test_a_link_to_a_clause_of_the_page_stays():
    assert 'href="#c-c5"' in rendered("依照[第五条](#c-c5)")


def test_a_clause_id_that_could_break_an_attribute_is_refused():
    with pytest.raises(ValueError, match="not a clause id"):
        render_slice("x", "", 'c1"><script>')


TEXT = """# 规定

第一条 见[说明][1]和注[^2]，HTML。

第二条 无。

[^2]: 注文见[说明][1]。

    第二段
[^9]: 无人提到
[1]: https://a.example/1 "题"
*[HTML]: 超文本

```
[3]: https://a.example/in-a-fence
```
"""


def test_definitions_are_collected_outside_fences():
    assert definitions_of(TEXT).split("\n\n") == [
        "[^2]: 注文见[说明][1]。",
        "    第二段",
        "[^9]: 无人提到",
        '[1]: https://a.example/1 "题"',
        "*[HTML]: 超文本",
    ]


def test_a_clause_takes_only_the_definitions_it_needs():
    definitions = Definitions.of(TEXT)
    assert definitions.used_by("第二条 无。") == ""
    assert "[^9]" not in definitions.used_by("第一条 注[^2]")
    assert "[1]: https" in definitions.used_by("第一条 注[^2]"), "named inside the note"
    assert definitions.used_by("[^9]: 无人提到\n\n见[^9]") == "", "stands in the clause itself"


def test_a_clause_that_defines_a_link_itself_is_not_given_another():
    text = "[1]: https://a.example/own\n\n见[说明][1]"
    assert 'href="https://a.example/own"' in rendered(text, "[1]: https://a.example/other")


def test_links_notes_and_abbreviations_work_across_clauses():
    html = rendered("第一条 见[说明][1]和注[^2]，HTML 。", definitions_of(TEXT))
    assert 'href="https://a.example/1"' in html
    assert 'id="u-c1-fnref:2"' in html
    assert 'href="#u-c1-fn:2"' in html
    assert 'title="超文本"' in html
    (note,) = (one for one in parsed(html) if one.get("id") == "u-c1-fn:2")
    assert note.get("value") == "2", "a note keeps the number its writer gave it"
    assert "第二段" in "".join(note.itertext())


def test_a_note_without_a_reference_is_shown_where_it_stands_without_a_dead_link():
    html = rendered("[^9]: 无人提到")
    assert "无人提到" in words(html)
    assert "<a" not in html


def test_a_long_definition_is_not_copied_into_every_clause():
    definitions = f"[^1]: {'长' * MAX_CHARACTERS}"
    assert words(rendered("见[^1]", definitions)) == "见[^1]"


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\ufeff", "U+FEFF"),
        ("\u00ad", "U+00AD"),
        ("&#8203;", "U+200B"),
        ("\u200d", "U+200D"),
    ],
)
def test_invisible_characters_are_shown(character, code):
    mark = f'甲<span class="invisible" title="{code}">{code}</span>乙'
    assert mark in rendered(f"甲{character}乙")
    assert mark in rendered(f"**甲{character}乙**")
    if len(character) == 1:
        assert mark in escaped_source(f"甲{character}乙")
        assert mark in render_plain_comment(f"甲{character}乙")


def test_joiners_that_shape_emoji_and_letters_are_left_alone():
    assert "invisible" not in rendered("👨\u200d👩\u200d👧 می\u200cخواهم क्\u200dष")


def test_invisible_characters_in_an_address_are_dropped():
    assert 'href="https://a.example/x"' in rendered("[x](https://a.example/\u200bx)")


def test_escaped_source_shows_every_line_as_written():
    assert str(escaped_source("a <b>\n  “c” &amp;\n")) == (
        '<div class="source">a &lt;b&gt;<br>  “c” &amp;amp;</div>'
    )


def test_a_comment_has_paragraphs_line_breaks_and_no_markdown():
    assert str(render_plain_comment("甲 **乙**\n丙\n\n\n<丁>\n")) == (
        "<p>甲 **乙**<br>丙</p>\n<p>&lt;丁&gt;</p>"
    )
    assert render_plain_comment(" \n\n") == Markup("")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("见https://a.example/x。好", "https://a.example/x"),
        ("see (http://a.example/y).", "http://a.example/y"),
        ("https://a.example/?a=1&b=2, and", "https://a.example/?a=1&b=2"),
        ('"https://a.example/z"', "https://a.example/z"),
    ],
)
def test_a_comment_links_web_addresses_and_only_those(text, address):
    html = render_plain_comment(text)
    (link,) = (one for one in parsed(html) if one.tag == "a")
    assert (link.get("href"), link.text) == (address, address)
    assert set(link.get("rel").split()) == {"nofollow", "noopener"}
    assert words(html) == text
    assert "<a" not in render_plain_comment("javascript:alert(1) ftp://a.example")


def test_the_parser_is_whole_again_after_it_failed():
    with pytest.raises(RecursionError):
        rendered("- " * 600 + "x")
    assert rendered("1. a\n2. b").count("<p>") == 0


def best_of_three(work) -> float:
    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(3))


@pytest.mark.parametrize("part", ["https://a", "\n \n", "<b ", "\u200b", "http://)))", " "])
def test_comments_of_any_kind_take_time_in_proportion_to_their_length(part):
    small = best_of_three(lambda: render_plain_comment(part * 2_000))
    large = best_of_three(lambda: render_plain_comment(part * 16_000))
    assert large < 32 * max(small, 0.0005)


@pytest.mark.parametrize("part", ["[a]: b\n", "[^a]: b\n", "[", "*[a]: b\n", "```\n", "[a]:\n"])
def test_collecting_definitions_takes_time_in_proportion_to_the_text(part):
    def collect(times: int) -> None:
        Definitions.of(part * times).used_by(part * times)

    small = best_of_three(lambda: collect(500))
    large = best_of_three(lambda: collect(4_000))
    assert large < 32 * max(small, 0.0005)
