"""A player that runs elsewhere on this machine, seen and steered through its page's API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mien.errors import LinkError
from mien.sections.outside import WebSettings
from mien.types import Verdict
from mien.web.caller import Caller

_ANSWER_SECONDS = 5.0


class RemotePlayer:
    """Asks the page of a player. Everything raises a LinkError when none answers, or when it refuses.

    Args:
        web: where its page is, and its token.
        answer_seconds: how long an answer is waited for.
    """

    def __init__(self, web: WebSettings, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._port = web.port
        self._caller = Caller(web.port, web.listen, web.token, answer_seconds)

    def state(self) -> dict[str, Any]:
        """Return what the player shows of itself, as `report.snapshot_json` does."""
        answer = self._call("GET", "/api/state")
        if not isinstance(answer, dict) or not {"version", "mood", "playback", "upcoming"} <= answer.keys():
            raise self._caller.stranger()
        return answer

    def pause(self) -> None:
        """Pause the music."""
        self._call("POST", "/api/pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._call("POST", "/api/resume")

    def skip(self) -> None:
        """Go to the next track."""
        self._call("POST", "/api/skip")

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Say something of the track that plays."""
        self._call("POST", "/api/rate", {"path": str(path), "verdict": verdict.value})

    def set_volume(self, percent: int) -> None:
        """Set the volume."""
        self._call("POST", "/api/volume", {"percent": percent})

    def _call(self, method: str, path: str, content: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        try:
            return self._caller.ask(method, path, content)
        except ConnectionRefusedError as error:
            raise LinkError(
                f"No player's page is on port {self._port} of this machine: start one with `mien run`, or name its "
                "settings with --config."
            ) from error
