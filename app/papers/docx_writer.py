"""Documents as DOCX: page, styles and page numbers by python-docx, the body streamed.

python-docx keeps every cell as objects (a table of 1,000 rows takes it half a minute), so it makes
an empty document and the paragraphs and tables are written between its first and its last tag.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from app import clock
from app.papers.blocks import Document, Mark, Paragraph, Row, Run, Style, Table

# What an office has: 仿宋 for the words, 黑体 for headings (GB/T 9704), and their usual sizes.
_BODY_FONT, _HEADING_FONT, _LATIN_FONT = "FangSong", "SimHei", "Times New Roman"
_A4_SHORT, _A4_LONG = Mm(210), Mm(297)
_BODY = "word/document.xml"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SET: dict[Mark, str] = {
    Mark.PLAIN: "",
    Mark.BOLD: "<w:rPr><w:b/></w:rPr>",
    Mark.INSERTED: '<w:rPr><w:u w:val="single"/></w:rPr>',
    Mark.DELETED: "<w:rPr><w:strike/></w:rPr>",
}
_CHUNK = 500  # rows between two writes into the archive


def write(document: Document, path: Path) -> None:
    """Write ``document`` to ``path``; its blocks are read once, and never all at a time."""
    empty = zipfile.ZipFile(io.BytesIO(_empty(document)))
    body = empty.read(_BODY).decode()
    place = body.index("<w:sectPr")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name in empty.namelist():
            if name != _BODY:
                archive.writestr(name, empty.read(name))
        with archive.open(_BODY, "w", force_zip64=True) as out:
            out.write(body[:place].encode())
            for part in _parts(document):
                out.write(part.encode())
            out.write(body[place:].encode())


def _parts(document: Document) -> Iterator[str]:
    is_chinese = document.language != "en"
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _table(block)
        else:
            yield _paragraph(block, is_chinese=is_chinese)


def _paragraph(block: Paragraph, *, is_chinese: bool = False) -> str:
    return f"<w:p>{_properties(block, is_chinese)}{''.join(map(_run, block.runs))}</w:p>"


def _properties(block: Paragraph, is_chinese: bool) -> str:
    if block.style is Style.TITLE:
        return '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
    if block.style is Style.HEADING:
        return f'<w:pPr><w:pStyle w:val="Heading{max(1, min(4, block.level))}"/></w:pPr>'
    if block.style is Style.NOTE:
        return '<w:pPr><w:pStyle w:val="Subtitle"/></w:pPr>'
    if block.style is Style.BODY:
        left = f' w:left="{block.level * 640}"' if block.level else ""
        first = ' w:firstLineChars="200" w:firstLine="640"' if is_chinese else ""
        return f'<w:pPr><w:pStyle w:val="BodyText"/><w:ind{left}{first}/></w:pPr>'
    return ""


def _run(run: Run) -> str:
    lines = _UNPRINTABLE.sub("\ufffd", run.text).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{_SET[run.mark]}{inner}</w:r>"


def _table(table: Table) -> Iterator[str]:
    """The table; its head is repeated on every page."""
    columns = "".join(f'<w:gridCol w:w="{width * 90}"/>' for width in table.widths)
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )
    head = Row(tuple((Paragraph((Run(words, Mark.BOLD),)),) for words in table.heads))
    yield _row(head, table.widths, "<w:trPr><w:tblHeader/></w:trPr>")
    waiting: list[str] = []
    for row in table.rows:
        waiting.append(_row(row, table.widths))
        if len(waiting) == _CHUNK:
            yield "".join(waiting)
            waiting.clear()
    # Word wants a paragraph behind a table, else the next one grows into it.
    yield "".join(waiting) + "</w:tbl><w:p/>"


def _row(row: Row, widths: tuple[int, ...], properties: str = "") -> str:
    spans = len(row.cells) == 1 < len(widths)
    cells = []
    for cell, width in zip(row.cells, (sum(widths),) if spans else widths, strict=True):
        span = f'<w:gridSpan w:val="{len(widths)}"/>' if spans else ""
        words = "".join(map(_paragraph, cell)) or "<w:p/>"
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width * 50}" w:type="pct"/>{span}</w:tcPr>{words}</w:tc>'
        )
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _empty(document: Document) -> bytes:
    """A document without words: its page, its styles, its page numbers, its properties."""
    made = docx.Document()
    properties = made.core_properties
    properties.title, properties.author = document.title[:255], document.author[:255]
    properties.language = document.language
    properties.created = properties.modified = clock.now().replace(tzinfo=None)
    section = made.sections[0]
    section.page_width, section.page_height = _A4_SHORT, _A4_LONG
    if document.is_wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = _A4_LONG, _A4_SHORT
    section.left_margin = section.right_margin = Mm(20 if document.is_wide else 27)
    section.top_margin = section.bottom_margin = Mm(22 if document.is_wide else 32)
    for name, font, size, is_bold in (
        ("Normal", _BODY_FONT, 11 if document.is_wide else 14, False),
        ("Body Text", _BODY_FONT, 16, False),
        ("Title", _HEADING_FONT, 22, True),
        ("Subtitle", _BODY_FONT, 14, False),
        ("Heading 1", _HEADING_FONT, 18, True),
        ("Heading 2", _HEADING_FONT, 16, True),
        ("Heading 3", _HEADING_FONT, 15, True),
        ("Heading 4", _HEADING_FONT, 14, True),
    ):
        style = made.styles[name]
        assert isinstance(style, ParagraphStyle)
        _dress(style, font, size, is_bold)
        if name in ("Title", "Subtitle", "Heading 1", "Heading 2") and not document.is_wide:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _number_pages(section.footer.paragraphs[0])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _dress(style: ParagraphStyle, font: str, size: int, is_bold: bool) -> None:
    style.font.name, style.font.size = _LATIN_FONT, Pt(size)
    style.font.bold, style.font.italic = is_bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "heme" in name:
            del fonts.attrib[name]  # a theme's font would win over the one that is named
    fonts.set(qn("w:eastAsia"), font)
    border = style.element.find(qn("w:pPr") + "/" + qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)
    style.paragraph_format.space_after = Pt(6)


def _number_pages(paragraph: WordParagraph) -> None:
    """A field that Word fills with the number of the page."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)
