"""The API over a real server on a loopback port."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl, expression_of, judged_face

from mien.mood.affect import mood_of, undecided
from mien.report import mood_json, snapshot_json, track_json
from mien.types import Box, Emotion, Presence, Verdict
from mien.web.events import MAXIMUM_STREAMS
from mien.web.guard import MAXIMUM_PHOTO_BYTES
from mien.web.server import WebServer

JPEG = {"content-type": "image/jpeg"}


@pytest.fixture
def client(server: WebServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=10, trust_env=False) as client:
        yield client


def error_of(response: httpx.Response) -> str:
    content = response.json()
    assert list(content) == ["error"]
    sentence = content["error"]
    assert isinstance(sentence, str)
    return sentence


def snapshots(response: httpx.Response) -> Iterator[dict[str, object]]:
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/page/page.css", "text/css"),
        ("/page/page.js", "javascript"),
        ("/page/icon.svg", "image/svg"),
        ("/api/openapi.json", "application/json"),
    ],
)
def test_the_page_needs_nothing_from_outside(client: httpx.Client, path: str, kind: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert kind in response.headers["content-type"]
    assert "https://" not in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"


def test_the_state_is_the_snapshot(client: httpx.Client, control: FakeControl) -> None:
    control.skip()
    shown = control.show(mood=HAPPY, expression=expression_of(Emotion.HAPPY))
    assert client.get("/api/state").json() == snapshot_json(shown)


def test_a_photo_is_judged_and_music_recommended(client: httpx.Client, control: FakeControl, photo: bytes) -> None:
    control.faces = (judged_face(Box(115, 60, 205, 180), Emotion.HAPPY), judged_face(Box(1, 2, 30, 40), None))
    answer = client.post("/api/photo", content=photo, headers=JPEG).json()
    mood = mood_of(control.faces[0].expression)
    assert control.calls.get_nowait() == ("recommend", mood)
    assert (answer["width"], answer["height"]) == (320, 240)
    assert [face["emotion"] for face in answer["faces"]] == ["happy", None]
    assert answer["mood"] == mood_json(mood)
    assert answer["tracks"] == [track_json(choice) for choice in CHOICES]


def test_a_doubtful_photo_gets_music_for_an_unsure_mood(
    client: httpx.Client, control: FakeControl, photo: bytes
) -> None:
    control.faces = (replace(judged_face(Box(115, 60, 205, 180), Emotion.SAD), unsure=True),)
    answer = client.post("/api/photo", content=photo, headers=JPEG).json()
    assert control.calls.get_nowait() == ("recommend", undecided(Presence.UNSURE))
    assert answer["mood"]["emotion"] == "unsure"
    assert [(face["emotion"], face["unsure"]) for face in answer["faces"]] == [("sad", True)]
    assert answer["tracks"] == [track_json(choice) for choice in CHOICES]


def test_a_photo_without_a_face_gets_neutral_music(client: httpx.Client, control: FakeControl, photo: bytes) -> None:
    answer = client.post("/api/photo", content=photo, headers=JPEG).json()
    assert answer["faces"] == []
    assert answer["mood"]["emotion"] == "neutral"
    assert control.calls.get_nowait() == ("recommend", mood_of(None))


def test_photos_that_cannot_be_judged(client: httpx.Client, control: FakeControl, photo: bytes) -> None:
    for torn in (b"", b"no picture"):
        response = client.post("/api/photo", content=torn, headers=JPEG)
        assert response.status_code == 422
        assert "not a readable picture" in error_of(response)
    response = client.post("/api/photo", content=photo, headers={"content-type": "text/plain"})
    assert response.status_code == 415
    assert "image/jpeg" in error_of(response)
    control.show(eye_connected=False)
    response = client.post("/api/photo", content=photo, headers=JPEG)
    assert response.status_code == 503
    assert "eye does not answer" in error_of(response)


@pytest.mark.parametrize("declared", [True, False])
def test_a_photo_too_large_is_refused_and_the_server_goes_on(client: httpx.Client, declared: bool) -> None:
    chunk = bytes(1_000_000)
    chunks = [chunk] * (MAXIMUM_PHOTO_BYTES // len(chunk) + 1)
    content = b"".join(chunks) if declared else iter(chunks)
    response = client.post("/api/photo", content=content, headers=JPEG)
    assert response.status_code == 413
    assert error_of(response) == "The photo is larger than 12 MB: choose a smaller one."
    assert client.get("/api/state").status_code == 200


SUN = {"path": "/music/sun.ogg"}


def test_actions_reach_the_player(client: httpx.Client, control: FakeControl) -> None:
    asked = [
        ("/api/play", SUN, ("play", Path("/music/sun.ogg"))),
        ("/api/rate", SUN | {"verdict": "like"}, ("rate", (Path(SUN["path"]), Verdict.LIKE))),
        ("/api/pause", None, ("pause", None)),
        ("/api/resume", None, ("resume", None)),
        ("/api/skip", None, ("skip", None)),
        ("/api/volume", {"percent": 100}, ("set_volume", 100)),
    ]
    for path, body, call in asked:
        response = client.post(path, json=body) if body else client.post(path)
        assert (response.status_code, response.content) == (204, b"")
        assert control.calls.get_nowait() == call
    assert client.get("/api/state").json()["volume_percent"] == 85


def test_a_face_at_rest_is_learned_and_forgotten(client: httpx.Client, control: FakeControl) -> None:
    for action, stage in (("learn", "learning"), ("forget", "unknown")):
        answer = client.post("/api/baseline", json={"action": action}).json()
        assert control.calls.get_nowait() == (f"{action}_baseline", None)
        assert answer["stage"] == stage
        assert client.get("/api/state").json()["baseline"] == answer
    refused = client.post("/api/baseline", json={"action": "erase"})
    assert refused.status_code == 422
    assert "action" in error_of(refused)
    assert control.calls.empty()


def test_a_file_name_that_is_not_utf8_can_be_played(client: httpx.Client, control: FakeControl, photo: bytes) -> None:
    tracks = client.post("/api/photo", content=photo, headers=JPEG).json()["tracks"]
    assert control.calls.get_nowait()[0] == "recommend"
    body = json.dumps({"path": tracks[1]["path"]}).encode("ascii")
    assert client.post("/api/play", content=body, headers={"content-type": "application/json"}).status_code == 204
    assert control.calls.get_nowait() == ("play", CHOICES[1].track.path)


def test_a_track_without_a_cover_has_none_to_answer(client: httpx.Client, control: FakeControl) -> None:
    sun = {"path": str(CHOICES[0].track.path)}
    assert client.get("/api/cover", params=sun).status_code == 204
    control.covers[CHOICES[0].track.path] = b"no picture"
    assert client.get("/api/cover", params=sun).status_code == 204
    control.covers[CHOICES[0].track.path] = b"\x89PNG\r\n\x1a\n"
    assert client.get("/api/cover", params=sun).headers["content-type"] == "image/png"
    assert client.get("/api/cover", params={"path": "/music/none.ogg"}).status_code == 404


def test_wrong_requests_are_answered_with_a_sentence(client: httpx.Client, control: FakeControl) -> None:
    response = client.post("/api/play", json={"path": "/etc/passwd"})
    assert response.status_code == 404
    assert "no track /etc/passwd" in error_of(response)
    for body in ({"percent": 101}, {"percent": "50"}, {"percent": True}, {}):
        response = client.post("/api/volume", json=body)
        assert response.status_code == 422
        assert "percent" in error_of(response)
    assert client.post("/api/play", content=b"{", headers={"content-type": "application/json"}).status_code == 422
    assert error_of(client.get("/no-such-page"))
    response = client.post("/api/rate", json={"path": "/music/sun.ogg", "verdict": "meh"})
    assert response.status_code == 422
    assert "verdict" in error_of(response)
    response = client.post("/api/rate", json={"path": "/music/sun.ogg", "verdict": "ban"})
    assert response.status_code == 404
    assert "does not play any more" in error_of(response)
    for action in ("play", "rate", "skip", "pause", "resume", "volume", "baseline", "photo"):
        assert client.get(f"/api/{action}").status_code == 405
    assert control.calls.empty()


def test_other_names_and_other_sites_are_refused(client: httpx.Client, control: FakeControl, server: WebServer) -> None:
    refused = [
        client.get("/", headers={"host": "evil.example"}),
        client.get("/api/state", headers={"host": "evil.example:80"}),
        client.post("/api/skip", headers={"origin": "http://evil.example"}),
        client.post("/api/skip", headers={"origin": "null"}),
        client.post("/api/skip", headers={"sec-fetch-site": "cross-site"}),
    ]
    for response in refused:
        assert response.status_code == 403
        assert error_of(response)
        assert response.headers["content-security-policy"]
    assert control.calls.empty()
    assert client.post("/api/skip", headers={"origin": server.address}).status_code == 204


def test_events_follow_the_player(client: httpx.Client, control: FakeControl) -> None:
    with client.stream("GET", "/api/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = snapshots(response)
        assert next(events) == snapshot_json(control.snapshot())
        for mood in (HAPPY, NOBODY):
            shown = control.show(mood=mood)
            assert next(events) == snapshot_json(shown)


def test_too_many_streams_are_refused_until_one_ends(client: httpx.Client) -> None:
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=client.base_url, limits=limits, trust_env=False) as many, ExitStack() as opened:
        first = opened.enter_context(many.stream("GET", "/api/events"))
        for _ in range(MAXIMUM_STREAMS - 1):
            opened.enter_context(many.stream("GET", "/api/events"))
        refused = client.get("/api/events")
        assert refused.status_code == 503
        assert "Too many" in error_of(refused)
        assert client.get("/api/state").status_code == 200
        first.close()
        assert opens_within(client, deadline_seconds=5)


def opens_within(client: httpx.Client, deadline_seconds: float) -> bool:
    deadline = time.monotonic() + deadline_seconds
    while time.monotonic() < deadline:
        with client.stream("GET", "/api/events") as response:
            if response.status_code == 200:
                return True
    return False
