"""The routes that show something of the player."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from mien.mood.affect import mood_of_photo
from mien.pictures import picture_type
from mien.ports import Control
from mien.report import Json, judgement_json, mood_json, snapshot_json, track_json
from mien.web.answer import Answer, refuse
from mien.web.events import EventStreams

RECOMMENDED_TRACKS = 5

_PHOTO_BODY = {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
_COVER_HEADERS = {"cache-control": "private, max-age=3600"}


def add_shows(api: FastAPI, control: Control, streams: EventStreams) -> None:
    """Add the routes."""
    _add_state(api, control, streams)
    _add_pictures(api, control)


def _add_state(api: FastAPI, control: Control, streams: EventStreams) -> None:
    @api.get("/api/state", response_class=Answer)
    def state() -> Answer:
        """What is seen, decided and played now."""
        return Answer(snapshot_json(control.snapshot()))

    @api.get("/api/events", response_class=Response)
    async def events() -> Response:
        """Server-sent events: the same object whenever it changes."""
        return streams.open()


def _add_pictures(api: FastAPI, control: Control) -> None:
    @api.get("/api/cover", response_class=Response)
    def cover(path: str) -> Response:
        """The picture of a track of the library."""
        content = control.cover(Path(path))
        kind = None if content is None else picture_type(content)
        if kind is None:
            return refuse(404, "This track has no picture.")
        return Response(content, media_type=kind, headers=_COVER_HEADERS)

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
