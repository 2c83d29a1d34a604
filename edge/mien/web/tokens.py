"""Who may ask: whoever knows the settings' token, by itself or by the cookie that a browser got for it."""

from __future__ import annotations

import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

COOKIE = "mien"
COOKIE_SECONDS = 180 * 24 * 3600

_MOST_WRONG = 5
_WRONG_SECONDS = 60.0
_MOST_ADDRESSES = 256

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned away: its status code and a sentence."""

    status_code: int
    sentence: str


class TokenCheck:
    """Compares what is sent with the token. To be used from one thread.

    Each address may be wrong five times a minute; then all that it sends is refused unread until the minute is over,
    while other addresses come in as before. The same wrong token again is no new guess: a browser whose cookie is out
    of date does not lock its owner out.

    Args:
        token: of the settings; empty lets everybody in.
        clock: the present moment in seconds.
    """

    def __init__(self, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token
        self._clock = clock
        self._wrong: OrderedDict[str, dict[bytes, float]] = OrderedDict()  # address: {digest: until when it counts}

    @property
    def cookie(self) -> str:
        """What a browser is given for the token; it ends with the token, and does not tell it."""
        return _digest(self._token, "the cookie of mien's page").hex()

    def refusal(self, request: HTTPConnection) -> Refusal | None:
        """Return why a request is turned away, or None."""
        if not self._token:
            return None
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._weighed(request, bearer.strip(), self._token)
        if COOKIE in request.cookies:
            return self._weighed(request, request.cookies[COOKIE], self.cookie)
        return Refusal(401, "This needs the token of mien's settings (web.token).")

    def login_refusal(self, request: HTTPConnection, token: str) -> Refusal | None:
        """Return why a token that somebody typed is turned away, or None."""
        return self._weighed(request, token, self._token) if self._token else None

    def _weighed(self, request: HTTPConnection, sent: str, right: str) -> Refusal | None:
        address = request.client.host if request.client else ""
        wrong = self._wrong_of(address)
        if len(wrong) >= _MOST_WRONG:
            return Refusal(429, "Too many wrong tokens came from this address: try again in a minute.")
        digest = _digest(self._token, sent)
        if hmac.compare_digest(digest, _digest(self._token, right)):
            return None
        wrong.setdefault(digest, self._clock() + _WRONG_SECONDS)
        if len(wrong) == _MOST_WRONG:
            _LOG.warning("Somebody at %s tries wrong tokens on the page.", address)
        return Refusal(401, "The token is not the one of mien's settings (web.token).")

    def _wrong_of(self, address: str) -> dict[bytes, float]:
        """Return the wrong tokens that count against an address now."""
        now = self._clock()
        self._wrong[address] = {one: until for one, until in self._wrong.pop(address, {}).items() if until > now}
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)
        return self._wrong[address]


def _digest(key: str, text: str) -> bytes:
    return hmac.digest(key.encode(), text.encode("utf-8", "surrogatepass"), "sha256")
