"""The routes that show something of the player."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from anyio import CapacityLimiter, WouldBlock
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from mien.mood.affect import mood_of_photo
from mien.pictures import picture_type
from mien.ports import Control
from mien.report import Json, judgement_json, mood_json, snapshot_json, track_json
from mien.web.answer import Answer, refuse
from mien.web.answers import PhotoShape, Responses, StateShape, answering, refusals
from mien.web.events import EventStreams
from mien.web.guard import PHOTO_PATH

RECOMMENDED_TRACKS = 5
_MOST_PHOTOS = 4  # at once: each takes as much memory as its file

_BYTES = {"type": "string", "format": "binary"}
_PHOTO_BODY = {"required": True, "content": {"image/*": {"schema": _BYTES}}}
_EVENTS: Responses = {
    200: {
        "description": "the state, as server-sent events",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_COVER: Responses = {
    200: {"description": "a picture", "content": {kind: {"schema": _BYTES} for kind in _PICTURES}},
    204: {"description": "the track has no picture"},
}
_COVER_HEADERS = {"cache-control": "private, max-age=3600"}


def add_shows(api: FastAPI, control: Control, streams: EventStreams) -> None:
    """Add the routes."""
    _add_state(api, control, streams)
    _add_cover(api, control)
    _add_photo(api, control)


def _add_state(api: FastAPI, control: Control, streams: EventStreams) -> None:
    @api.get("/api/state", response_class=Answer, responses=answering(StateShape) | refusals())
    def state() -> Answer:
        """What is seen, decided and played now."""
        return Answer(snapshot_json(control.snapshot()))

    @api.get("/api/events", response_class=Response, responses=_EVENTS | refusals(503))
    async def events() -> Response:
        """Server-sent events: the same object whenever it changes."""
        return streams.open()


def _add_cover(api: FastAPI, control: Control) -> None:
    @api.get("/api/cover", response_class=Response, responses=_COVER | refusals(404, 422, 503))
    def cover(request: Request, path: str) -> Response:  # noqa: ARG001 - the description names it
        """The picture of a track of the library. A file name that is not UTF-8 is asked for by its bytes."""
        asked = parse_qs(request.url.query, keep_blank_values=True, errors="surrogateescape")
        content = control.cover(Path(asked["path"][-1]))
        kind = None if content is None else picture_type(content)
        if kind is None:
            return Response(status_code=204)  # not kept: a picture may be laid beside it
        return Response(content, media_type=kind, headers=_COVER_HEADERS)


def _add_photo(api: FastAPI, control: Control) -> None:
    photos = CapacityLimiter(_MOST_PHOTOS)

    @api.post(
        PHOTO_PATH,
        response_class=Answer,
        responses=answering(PhotoShape) | refusals(503, body=True),
        openapi_extra={"requestBody": _PHOTO_BODY},
    )
    async def photo(request: Request) -> Answer:
        """Judge a photo and recommend music for its largest face. The photo is not kept."""
        if not request.headers.get("content-type", "").startswith("image/"):
            return refuse(415, "Send the photo itself, with its type, such as image/jpeg.")
        try:
            photos.acquire_nowait()
        except WouldBlock:
            return refuse(503, "Other photos are being judged: try again in a few seconds.")
        try:
            return Answer(await run_in_threadpool(_judge, control, await request.body()))
        finally:
            photos.release()


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
