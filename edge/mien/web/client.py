"""Asks a player that runs on this machine, through its page's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from mien.types import BaselineStage, BaselineState
from mien.web.caller import Caller

_ANSWER_SECONDS = 15.0
_NONSENSE = (KeyError, TypeError, ValueError, OverflowError)
"""What reading an answer raises that is none of a player."""


class PlayerPage:
    """The page of a player, which may run or not.

    Args:
        port: where it is served.
        listen: on which address; all addresses are called by one of loopback.
        token: that it asks for; empty for none.
    """

    def __init__(self, port: int, listen: str = "127.0.0.1", token: str = "") -> None:
        self._caller = Caller(port, listen, token, _ANSWER_SECONDS)

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
        try:
            answer = self._caller.ask(method, path, content)
        except ConnectionRefusedError:
            return None
        if not isinstance(answer, dict):
            raise self._caller.stranger()
        return answer

    def _state(self, fields: Any) -> BaselineState:  # noqa: ANN401 - whatever a stranger says
        try:
            return BaselineState(BaselineStage(fields["stage"]), int(fields["seconds"]), str(fields["message"]))
        except _NONSENSE as error:
            raise self._caller.stranger() from error
