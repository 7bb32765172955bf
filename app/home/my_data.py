"""The page on which a person takes their own data with them."""

from __future__ import annotations

import tempfile

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.home.routes import blueprint
from app.home.services.packing import pack_own_data
from app.web.guard import current_actor, requires

__all__ = ["blueprint", "my_data", "pack_my_data"]
IN_MEMORY = 4 * 1024 * 1024  # octets; a larger package waits in a file that has no name


@blueprint.get("/settings/data")
@requires(Act.LEAVE)
def my_data() -> ResponseReturnValue:
    return render_template("home/my_data.html")


@blueprint.post("/settings/data")
@requires(Act.LEAVE)
def pack_my_data() -> Response:
    """A ZIP archive with JSON files and their CSV twins, for this person only."""
    actor = current_actor()
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    pack_own_data(file, actor=actor)
    file.seek(0)
    answer = send_file(
        file, "application/zip", as_attachment=True, download_name=f"{actor.public_id}.zip"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
