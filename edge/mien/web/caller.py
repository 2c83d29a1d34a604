"""Calls the API of a player's page on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any

from mien.errors import LinkError
from mien.web.hosts import called_address

_LONGEST_ANSWER_BYTES = 1_000_000


class Caller:
    """Asks, and makes a sentence of whatever else than an answer comes.

    Args:
        port: where the page is served.
        listen: on which address; all addresses are called by one of loopback.
        token: that it asks for; empty for none.
        answer_seconds: how long an answer is waited for.
    """

    def __init__(self, port: int, listen: str, token: str, answer_seconds: float) -> None:
        self._port, self._host = port, called_address(listen)
        self._answer_seconds = answer_seconds
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, content: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Return what is answered; None where that is nothing.

        Raises:
            ConnectionRefusedError: nobody answers.
            LinkError: what answers is no player, or is busy, or it refuses.
        """
        connection = HTTPConnection(self._host, self._port, timeout=self._answer_seconds)
        body = None if content is None else json.dumps(content)
        kind = {} if body is None else {"content-type": "application/json"}
        try:
            connection.request(method, path, body, self._headers | kind)
            response = connection.getresponse()
            said = response.read(_LONGEST_ANSWER_BYTES)
            answer = json.loads(said) if said else None
        except ConnectionRefusedError:
            raise
        except TimeoutError as error:
            raise LinkError(
                f"The player on port {self._port} of this machine does not answer: it is busy or hangs; wait, or "
                "start it again."
            ) from error
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            raise self.stranger() from error
        finally:
            connection.close()
        if response.status not in (200, 204):
            sentence = answer.get("error") if isinstance(answer, dict) else None
            raise LinkError(str(sentence)) if sentence else self.stranger()
        return answer

    def stranger(self) -> LinkError:
        """Return what to raise where the answer is none of a player."""
        return LinkError(
            f"What answers on port {self._port} of this machine is no player of this version: end it, or set web.port."
        )
