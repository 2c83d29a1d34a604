"""The route by which a browser gets its cookie."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from mien.web.answer import refuse
from mien.web.answers import refusals
from mien.web.guard import LOGIN_PATH
from mien.web.requests import LoginRequest
from mien.web.tokens import COOKIE, COOKIE_SECONDS, TokenCheck


def add_login(api: FastAPI, tokens: TokenCheck) -> None:
    """Add the route."""

    @api.post(LOGIN_PATH, status_code=204, responses=refusals(body=True))
    async def login(request: Request, asked: LoginRequest) -> Response:
        """Trade the token for a cookie, which a browser then sends by itself."""
        refused = tokens.login_refusal(request, asked.token)
        if refused is not None:
            return refuse(refused.status_code, refused.sentence)
        answer = Response(status_code=204)
        answer.set_cookie(COOKIE, tokens.cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
        return answer
