"""The HTTP API and the page, over nothing but `Control`. What it answers is drawn by `mien.report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from mien import __version__
from mien.errors import LibraryError, MienError, PictureError, SettingsError
from mien.ports import Control
from mien.web.actions import add_actions
from mien.web.answer import Answer, refuse
from mien.web.events import EventStreams
from mien.web.guard import Guard
from mien.web.hosts import Hosts
from mien.web.login import add_login
from mien.web.shows import add_shows
from mien.web.tokens import TokenCheck

_PAGE = Path(__file__).with_name("page")
_STATUS_CODES = {PictureError: 422, LibraryError: 404, SettingsError: 409}


def build_api(
    control: Control,
    streams: EventStreams | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    *,
    hosts: Hosts | None = None,
    tokens: TokenCheck | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        control: the player.
        streams: the event streams, for whoever has to end them; without it the application makes its own.
        extra_routes: what a bridge serves here too, behind the same guard.
        hosts: what browsers may call this machine; without it, only the names of loopback.
        tokens: who may ask; without it everybody.
    """
    api = FastAPI(title="mien", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    tokens = tokens or TokenCheck("")
    api.add_middleware(Guard, hosts=hosts or Hosts(), tokens=tokens)
    _add_errors(api)
    _add_page(api)
    add_login(api, tokens)
    add_shows(api, control, streams or EventStreams(control))
    add_actions(api, control)
    api.router.routes.extend(extra_routes)
    return api


def _add_page(api: FastAPI) -> None:
    @api.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_PAGE / "index.html")

    api.mount("/page", StaticFiles(directory=_PAGE))


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(MienError)
    def mien_error(_request: Request, error: MienError) -> Answer:
        return refuse(_STATUS_CODES.get(type(error), 503), str(error))

    @api.exception_handler(HTTPException)
    def http_error(_request: Request, error: HTTPException) -> Answer:
        return refuse(error.status_code, error.detail, error.headers)

    @api.exception_handler(RequestValidationError)
    def unusable(_request: Request, error: RequestValidationError) -> Answer:
        found = "; ".join(f"{'.'.join(map(str, e['loc'][1:])) or 'body'}: {e['msg']}" for e in error.errors())
        return refuse(422, f"The request cannot be used: {found}.")

    @api.exception_handler(Exception)
    def bug(_request: Request, _error: Exception) -> Answer:
        # The framework raises it again once this is sent, and the server logs it with its traceback.
        return refuse(500, "mien made a mistake here: its log says which.")
