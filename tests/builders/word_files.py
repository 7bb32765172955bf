"""Word files for tests: whole ones by python-docx, odd ones part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO

from docx import Document

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def word_file(lines: Iterable[str]) -> bytes:
    """A document with one paragraph a line, as Word would hold it."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: object) -> bytes:
    """The octets of a python-docx document."""
    stream = BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def raw_word_file(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A document whose body is this XML (prefix ``w``), with further parts by name."""
    document = part("document", f"<w:body>{body}</w:body>")
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(parts or {})})


def part(name: str, inside: str) -> str:
    """One part of a file: its root element around ``inside``."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{_W}">{inside}</w:{name}>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """These parts as a zip."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return stream.getvalue()


def paragraph(words: str, properties: str = "") -> str:
    """The XML of one paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(words)}</w:p>"


def run(words: str, properties: str = "") -> str:
    """The XML of one run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'
