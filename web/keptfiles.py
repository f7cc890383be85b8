"""
Our stylesheet, scripts and icons, which browsers keep for good.

Pages name them below a path with the version of all of them, so that a page never meets the
files of another version, and scripts find each other there.
"""

import hashlib
import re
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(str(resources.files("web") / "static"))
FOR_GOOD = "public, max-age=31536000, immutable"
ASKED_AFTER = "no-cache"  # kept, and asked after by its ETag each time
_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)")


@cache
def files_path() -> str:
    """Return where pages find the files as they are now."""
    return f"/static/{_version()}"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class KeptFiles(StaticFiles):
    """
    Serves the files with and without a version in their path.

    Another version's path gives them too, as they are here, but not for good: it may be that of
    a node which is newer, or of a page from before an update.
    """

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        versioned = _VERSIONED.fullmatch(path)
        version, file = versioned.groups() if versioned else ("", path)
        response = await super().get_response(file, scope)
        response.headers["Cache-Control"] = FOR_GOOD if version == _version() else ASKED_AFTER
        return response
