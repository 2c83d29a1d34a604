"""A player that runs elsewhere on this machine, seen and steered through its page's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from mien.errors import LinkError
from mien.sections.outside import WebSettings
from mien.types import Verdict

_ANSWER_SECONDS = 5.0
_LONGEST_ANSWER_BYTES = 1_000_000
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - called, not served


class RemotePlayer:
    """Asks the page of a player. Everything raises a LinkError when none answers, or when it refuses.

    Args:
        web: where its page is, and its token.
        answer_seconds: how long an answer is waited for.
    """

    def __init__(self, web: WebSettings, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._host, self._port = _LOOPBACK.get(web.listen, web.listen), web.port
        self._answer_seconds = answer_seconds
        self._headers = {"authorization": f"Bearer {web.token}"} if web.token else {}

    def state(self) -> dict[str, Any]:
        """Return what the player shows of itself, as `report.snapshot_json` does."""
        answer = self._call("GET", "/api/state")
        if not isinstance(answer, dict) or not {"version", "mood", "playback", "upcoming"} <= answer.keys():
            raise self._stranger()
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
        connection = HTTPConnection(self._host, self._port, timeout=self._answer_seconds)
        body = None if content is None else json.dumps(content)
        kind = {} if body is None else {"content-type": "application/json"}
        try:
            connection.request(method, path, body, self._headers | kind)
            response = connection.getresponse()
            said = response.read(_LONGEST_ANSWER_BYTES)
            answer = json.loads(said) if said else None
        except ConnectionRefusedError as error:
            raise LinkError(
                f"No player's page is on port {self._port} of this machine: start one with `mien run`, or name its "
                "settings with --config."
            ) from error
        except TimeoutError as error:
            raise LinkError(
                f"The player on port {self._port} of this machine does not answer: it is busy or hangs; wait, or "
                "start it again."
            ) from error
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            raise self._stranger() from error
        finally:
            connection.close()
        if response.status not in (200, 204):
            sentence = answer.get("error") if isinstance(answer, dict) else None
            raise LinkError(str(sentence)) if sentence else self._stranger()
        return answer

    def _stranger(self) -> LinkError:
        return LinkError(
            f"What answers on port {self._port} of this machine is no player of this version: end it, or set web.port."
        )
