"""The HTTP API and the page, over nothing but `Control`. What it answers is drawn by `mien.report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field, InstanceOf
from starlette.exceptions import HTTPException

from mien import __version__
from mien.errors import LibraryError, MienError, PictureError
from mien.mood.affect import mood_of_photo
from mien.ports import Control
from mien.report import Json, baseline_json, judgement_json, mood_json, snapshot_json, track_json
from mien.types import Verdict
from mien.web.answer import Answer, refuse
from mien.web.events import EventStreams
from mien.web.guard import Guard

RECOMMENDED_TRACKS = 5

_PAGE = Path(__file__).with_name("page")
_PHOTO_BODY = {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}


class PlayRequest(BaseModel):
    """Which track to play."""

    path: InstanceOf[str]  # not `str`: pydantic refuses the surrogates of a file name that is not UTF-8


class RateRequest(PlayRequest):
    """What somebody says of the track that plays."""

    verdict: Verdict


class BaselineRequest(BaseModel):
    """What to do with the face at rest that expressions are told from."""

    action: Literal["learn", "forget"]


class VolumeRequest(BaseModel):
    """How loud to play; the player's cap still holds."""

    percent: Annotated[int, Field(strict=True, ge=0, le=100)]


def build_api(control: Control, streams: EventStreams | None = None) -> FastAPI:
    """Return the application.

    Args:
        control: the player.
        streams: the event streams, for whoever has to end them; without it the application makes its own.
    """
    api = FastAPI(title="mien", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    api.add_middleware(Guard)
    _add_errors(api)
    _add_page(api)
    _add_shows(api, control, streams or EventStreams(control))
    _add_actions(api, control)
    return api


def _add_page(api: FastAPI) -> None:
    @api.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_PAGE / "index.html")

    api.mount("/page", StaticFiles(directory=_PAGE))


def _add_shows(api: FastAPI, control: Control, streams: EventStreams) -> None:
    @api.get("/api/state", response_class=Answer)
    def state() -> Answer:
        """What is seen, decided and played now."""
        return Answer(snapshot_json(control.snapshot()))

    @api.get("/api/events", response_class=Response)
    async def events() -> Response:
        """Server-sent events: the same object whenever it changes."""
        return streams.open()

    @api.post("/api/photo", response_class=Answer, openapi_extra={"requestBody": _PHOTO_BODY})
    async def photo(request: Request) -> Answer:
        """Judge a photo and recommend music for its largest face. The photo is not kept."""
        if not request.headers.get("content-type", "").startswith("image/"):
            return refuse(415, "Send the photo itself, with its type, such as image/jpeg.")
        return Answer(await run_in_threadpool(_judge, control, await request.body()))


def _judge(control: Control, photo: bytes) -> Json:
    judgement = control.judge(photo)
    mood = mood_of_photo(judgement)
    return {
        "width": judgement.width,
        "height": judgement.height,
        "faces": judgement_json(judgement),
        "mood": mood_json(mood),
        "tracks": [track_json(choice) for choice in control.recommend(mood, RECOMMENDED_TRACKS)],
    }


def _add_actions(api: FastAPI, control: Control) -> None:
    @api.post("/api/play", status_code=204)
    def play(request: PlayRequest) -> None:
        """Play a track of the library."""
        control.play(Path(request.path))

    @api.post("/api/skip", status_code=204)
    def skip() -> None:
        """Go to the next track for the present mood."""
        control.skip()

    @api.post("/api/rate", status_code=204)
    def rate(request: RateRequest) -> None:
        """Like the track that plays, ban it, or say that it does not fit this mood."""
        control.rate(Path(request.path), request.verdict)

    @api.post("/api/pause", status_code=204)
    def pause() -> None:
        """Pause the music."""
        control.pause()

    @api.post("/api/resume", status_code=204)
    def resume() -> None:
        """Go on after a pause."""
        control.resume()

    @api.post("/api/volume", status_code=204)
    def volume(request: VolumeRequest) -> None:
        """Set the volume."""
        control.set_volume(request.percent)

    @api.post("/api/baseline", response_class=Answer)
    def baseline(request: BaselineRequest) -> Answer:
        """Begin to learn a face at rest, which takes a minute before the camera, or forget it."""
        act = control.learn_baseline if request.action == "learn" else control.forget_baseline
        return Answer(baseline_json(act()))


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(MienError)
    def mien_error(_request: Request, error: MienError) -> Answer:
        kinds = {PictureError: 422, LibraryError: 404}
        return refuse(kinds.get(type(error), 503), str(error))

    @api.exception_handler(HTTPException)
    def http_error(_request: Request, error: HTTPException) -> Answer:
        return refuse(error.status_code, error.detail)

    @api.exception_handler(RequestValidationError)
    def unusable(_request: Request, error: RequestValidationError) -> Answer:
        found = "; ".join(f"{'.'.join(map(str, e['loc'][1:])) or 'body'}: {e['msg']}" for e in error.errors())
        return refuse(422, f"The request cannot be used: {found}.")

    @api.exception_handler(Exception)
    def bug(_request: Request, _error: Exception) -> Answer:
        # The framework raises it again once this is sent, and the server logs it with its traceback.
        return refuse(500, "mien made a mistake here: its log says which.")
