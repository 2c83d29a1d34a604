"""How the API answers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi.responses import JSONResponse


class Answer(JSONResponse):
    """JSON in ASCII: a file name that is not UTF-8 reaches the browser and comes back unharmed."""

    def render(self, content: object) -> bytes:
        """Return the content's bytes."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def refuse(status_code: int, sentence: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer to a request that cannot be met."""
    return Answer({"error": sentence}, status_code, headers)
