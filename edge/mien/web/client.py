"""Asks a player that runs on this machine, through its page's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Literal

from mien.errors import LinkError
from mien.types import BaselineStage, BaselineState

_ANSWER_SECONDS = 15.0
_LONGEST_ANSWER_BYTES = 1_000_000
_NONSENSE = (KeyError, TypeError, ValueError, OverflowError, RecursionError)
"""What reading an answer raises that is none of a player."""


class PlayerPage:
    """The page of a player, which may run or not.

    Args:
        port: where it is served.
        listen: on which address; all addresses are called by one of loopback.
        token: that it asks for; empty for none.
    """

    def __init__(self, port: int, listen: str = "127.0.0.1", token: str = "") -> None:
        self._port = port
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen, listen)  # noqa: S104 - called, not served
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def baseline(self) -> BaselineState | None:
        """Return what the player knows of a face at rest; None when no player answers here.

        Raises:
            LinkError: what answers there is no player, or is busy.
        """
        answer = self._ask("GET", "/api/state")
        return None if answer is None else self._state(answer.get("baseline", {}))

    def ask(self, action: Literal["learn", "forget"]) -> BaselineState | None:
        """Have the player learn or forget a face at rest; None when no player answers here.

        Raises:
            LinkError: what answers there is no player, or is busy.
        """
        answer = self._ask("POST", "/api/baseline", {"action": action})
        return None if answer is None else self._state(answer)

    def _ask(self, method: str, path: str, content: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        connection = HTTPConnection(self._host, self._port, timeout=_ANSWER_SECONDS)
        body = None if content is None else json.dumps(content)
        kind = {} if body is None else {"content-type": "application/json"}
        try:
            connection.request(method, path, body, self._headers | kind)
            response = connection.getresponse()
            answer = json.loads(response.read(_LONGEST_ANSWER_BYTES))
        except ConnectionRefusedError:
            return None
        except (OSError, HTTPException, *_NONSENSE) as error:
            raise self._stranger() from error
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise self._stranger()
        if response.status != 200:
            raise LinkError(str(answer.get("error") or self._stranger()))
        return answer

    def _state(self, fields: Any) -> BaselineState:  # noqa: ANN401 - whatever a stranger says
        try:
            return BaselineState(BaselineStage(fields["stage"]), int(fields["seconds"]), str(fields["message"]))
        except _NONSENSE as error:
            raise self._stranger() from error

    def _stranger(self) -> LinkError:
        return LinkError(
            f"What answers on port {self._port} of this machine is no player of this version: end it, or set web.port."
        )
