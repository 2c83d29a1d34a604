from __future__ import annotations

import logging

import pytest
from starlette.requests import HTTPConnection

from mien.web.tokens import COOKIE, TokenCheck

TOKEN = "correct-horse-battery"


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def request(address: str = "10.0.0.1", **headers: str) -> HTTPConnection:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "client": (address, 1), "headers": encoded})


def bearer(token: str, address: str = "10.0.0.1") -> HTTPConnection:
    return request(address, authorization=f"Bearer {token}")


def code(check: TokenCheck, request: HTTPConnection) -> int:
    refused = check.refusal(request)
    if refused is None:
        return 200
    assert TOKEN not in refused.sentence
    return refused.status_code


def test_without_a_token_everybody_is_let_in() -> None:
    assert code(TokenCheck(""), request()) == 200
    assert code(TokenCheck(""), bearer("anything")) == 200


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER  {TOKEN} "])
def test_the_token_and_its_cookie_are_let_in(header: str) -> None:
    check = TokenCheck(TOKEN)
    assert code(check, request(authorization=header)) == 200
    assert code(check, request(cookie=f"other=1; {COOKIE}={check.cookie}")) == 200
    assert TokenCheck(TOKEN).cookie == check.cookie != TokenCheck(TOKEN + "s").cookie  # it outlives a start
    assert TOKEN not in check.cookie


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": TOKEN},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": "Bearer"},
        {"authorization": f"Bearer {TOKEN}s"},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Bearer {TOKEN.upper()}"},
        {"authorization": "Bearer \xff\x00"},
        {"cookie": f"{COOKIE}={TOKEN}"},
        {"cookie": f"{COOKIE}="},
        {"cookie": ";;;=;"},
    ],
)
def test_nothing_else_is(headers: dict[str, str]) -> None:
    assert code(TokenCheck(TOKEN), request(**headers)) == 401


def test_five_wrong_tokens_a_minute_are_read_from_an_address(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    check = TokenCheck(TOKEN, clock)
    with caplog.at_level(logging.WARNING):
        assert [code(check, bearer(f"guess {number}")) for number in range(7)] == [401] * 5 + [429] * 2
    assert len(caplog.records) == 1
    assert code(check, bearer(TOKEN)) == 429  # else the right one among many guesses would show itself
    assert code(check, bearer(TOKEN, "10.0.0.2")) == 200
    assert code(check, request()) == 401
    clock.seconds += 61
    assert code(check, bearer(TOKEN)) == 200


def test_a_browser_whose_cookie_is_out_of_date_does_not_lock_its_owner_out() -> None:
    check = TokenCheck(TOKEN, Clock())
    old = request(cookie=f"{COOKIE}={TokenCheck('the token of yesterday').cookie}")
    assert {code(check, old) for _ in range(100)} == {401}
    assert check.login_refusal(request(), TOKEN) is None


def test_a_wrong_token_is_forgotten_a_minute_after_it_came_first() -> None:
    clock = Clock()
    check = TokenCheck(TOKEN, clock)
    codes = []
    for number in range(50):
        codes.append(code(check, bearer(f"guess {number}")))
        clock.seconds += 15
    assert set(codes) == {401}


def test_what_is_remembered_of_addresses_is_bounded() -> None:
    check = TokenCheck(TOKEN, Clock())
    for number in range(5):
        check.refusal(bearer(f"guess {number}", "10.9.9.9"))
    assert code(check, bearer(TOKEN, "10.9.9.9")) == 429
    for number in range(300):
        check.refusal(bearer("guess", f"10.1.{number // 100}.{number % 100}"))
    assert code(check, bearer(TOKEN, "10.9.9.9")) == 200


def test_a_token_with_any_letters_can_be_typed() -> None:
    check = TokenCheck(TOKEN)
    for typed in ("", "\ud800", "é" * 10_000):
        refused = check.login_refusal(request(), typed)
        assert refused is not None
        assert refused.status_code == 401
