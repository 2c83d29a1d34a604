"""The routes that have the player do something; all are POST."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from mien.ports import Control
from mien.report import baseline_json
from mien.web.answer import Answer
from mien.web.answers import BaselineShape, answering, refusals
from mien.web.requests import (
    BaselineRequest,
    CameraRequest,
    OverrideRequest,
    PlayRequest,
    PolicyRequest,
    RateRequest,
    VolumeRequest,
)


def add_actions(api: FastAPI, control: Control) -> None:
    """Add the routes."""
    _add_playing(api, control)
    _add_choosing(api, control)
    _add_seeing(api, control)


def _add_playing(api: FastAPI, control: Control) -> None:
    @api.post("/api/play", status_code=204, responses=refusals(404, 503, body=True))
    def play(request: PlayRequest) -> None:
        """Play a track of the library."""
        control.play(Path(request.path))

    @api.post("/api/skip", status_code=204, responses=refusals(415, 503))
    def skip() -> None:
        """Go to the next track for the present mood."""
        control.skip()

    @api.post("/api/pause", status_code=204, responses=refusals(415, 503))
    def pause() -> None:
        """Pause the music."""
        control.pause()

    @api.post("/api/resume", status_code=204, responses=refusals(415, 503))
    def resume() -> None:
        """Go on after a pause."""
        control.resume()

    @api.post("/api/volume", status_code=204, responses=refusals(503, body=True))
    def volume(request: VolumeRequest) -> None:
        """Set the volume."""
        control.set_volume(request.percent)


def _add_choosing(api: FastAPI, control: Control) -> None:
    @api.post("/api/rate", status_code=204, responses=refusals(404, 503, body=True))
    def rate(request: RateRequest) -> None:
        """Like the track that plays, ban it, or say that it does not fit this mood."""
        control.rate(Path(request.path), request.verdict)

    @api.post("/api/override", status_code=204, responses=refusals(503, body=True))
    def override(request: OverrideRequest) -> None:
        """Play for an emotion, whatever is seen, for so many minutes."""
        control.override(request.emotion, request.minutes)

    @api.post("/api/override/end", status_code=204, responses=refusals(415, 503))
    def end_override() -> None:
        """Play again for what is seen."""
        control.end_override()

    @api.post("/api/policy", status_code=204, responses=refusals(503, body=True))
    def policy(request: PolicyRequest) -> None:
        """Choose music by another policy from now on."""
        control.set_policy(request.policy)


def _add_seeing(api: FastAPI, control: Control) -> None:
    @api.post("/api/camera", status_code=204, responses=refusals(409, 503, body=True))
    def camera(request: CameraRequest) -> None:
        """Give the camera back, or open it again."""
        control.set_watching(request.watching)

    @api.post("/api/baseline", response_class=Answer, responses=answering(BaselineShape) | refusals(503, body=True))
    def baseline(request: BaselineRequest) -> Answer:
        """Begin to learn a face at rest, which takes a minute before the camera, or forget it."""
        act = control.learn_baseline if request.action == "learn" else control.forget_baseline
        return Answer(baseline_json(act()))
