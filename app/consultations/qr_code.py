"""QR codes as SVG; the one file that knows segno."""

from __future__ import annotations

import io

import segno


def qr_code(address: str) -> bytes:
    """An SVG of an address, black on white with its quiet zone, to be scaled as one likes.

    A quarter of a poster may be torn or wet before error correction Q gives up.
    """
    picture = io.BytesIO()
    code = segno.make(address, error="q", micro=False, boost_error=False)
    code.save(picture, kind="svg", border=4, light="white", omitsize=True)
    return picture.getvalue()
