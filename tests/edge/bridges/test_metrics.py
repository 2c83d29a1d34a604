"""A scrape over the page's own server, read by Prometheus' own library."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from edge.music.waiting import wait_until
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, HAPPY, FakeControl
from prometheus_client.parser import text_string_to_metric_families

from mien import __version__
from mien.bridges.metrics import Metrics
from mien.ports import Control
from mien.types import EMOTIONS, Emotion, Fault, Override, PlayState, Trouble
from mien.web.server import WebServer, listen

Figures = dict[tuple[str, str], float]
"""{(name, value of its only label): figure}."""


@contextmanager
def served(control: Control) -> Iterator[str]:
    """Serve figures beside the page; yields their address."""
    with closing(Metrics(control)) as metrics:
        metrics.start()
        with closing(WebServer(control, listen(0), extra_routes=[metrics.route()])) as server:
            server.start()
            yield f"{server.address}/metrics"


def scrape(address: str) -> Figures:
    with urllib.request.urlopen(address, timeout=5) as answer:
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        text = answer.read().decode()
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation for family in families)
    return {
        (sample.name, "".join(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def wait_for(address: str, name: str, figure: float) -> None:
    wait_until(lambda: scrape(address)[name, ""] == figure)


def of(figures: Figures, name: str) -> set[str]:
    """Return the labels whose figure is 1, after a look that the others are 0."""
    own = {label: figure for (metric, label), figure in figures.items() if metric == name}
    assert set(own.values()) <= {0.0, 1.0}
    return {label for label, figure in own.items() if figure == 1.0}


def test_all_that_the_player_shows_is_scraped() -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    trouble = Trouble(Fault.SOUND_BUSY, "The sound card is taken.")
    control.show(mood=HAPPY, troubles=(trouble,), watching=False, override=Override(Emotion.SAD, 9e9))
    with served(control) as address:
        figures = scrape(address)
    assert figures["mien_info", __version__] == 1.0
    assert of(figures, "mien_mood") == {"happy"}
    assert {label for name, label in figures if name == "mien_mood"} == {*EMOTIONS, "unsure", "nobody"}
    assert of(figures, "mien_fault") == {"sound_busy"}
    assert {label for name, label in figures if name == "mien_fault"} == set(Fault)
    single = {name: figure for (name, label), figure in figures.items() if not label}
    assert {
        "mien_playing": 1.0,
        "mien_volume_percent": 55.0,
        "mien_eye_connected": 1.0,
        "mien_watching": 0.0,
        "mien_override": 1.0,
        "mien_mood_changes_total": 0.0,
    }.items() <= single.items()
    assert single["process_resident_memory_bytes"] > 1e6
    assert single["process_cpu_seconds_total"] > 0.0


def test_nothing_of_what_is_played_stands_in_a_scrape() -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    with closing(Metrics(control)) as metrics:
        text = metrics.text().decode()
    track = CHOICES[0].track
    assert "mien_playing 1.0" in text
    assert [word for word in (track.title, track.artist, str(track.path)) if word is None or word in text] == []


def test_what_happened_since_the_start_is_counted() -> None:
    control = FakeControl()
    control.skip()
    with served(control) as address:
        wait_for(address, "mien_tracks_started_total", 1)
        for number, mood in enumerate((HAPPY, replace(HAPPY, emotion=Emotion.SAD), HAPPY), start=2):
            control.show(mood=mood)
            control.skip()
            wait_for(address, "mien_tracks_started_total", number)
        assert scrape(address)["mien_mood_changes_total", ""] == 3.0
        control.show(mood=replace(HAPPY, confidence=0.1))
        control.pause()
        wait_for(address, "mien_playing", 0)
        figures = scrape(address)
    assert figures["mien_mood_changes_total", ""] == 3.0
    assert figures["mien_tracks_started_total", ""] == 4.0


def test_it_counts_what_a_real_player_does(tmp_path: Path) -> None:
    with running_player(write_library(tmp_path / "music")) as running, served(running.player) as address:
        running.connect_eye()
        wait_until(lambda: running.player.snapshot().playback.state is PlayState.PLAYING)
        running.player.skip()
        wait_for(address, "mien_tracks_started_total", 2)
        running.player.pause()
        wait_for(address, "mien_playing", 0)


def test_a_scraper_needs_the_token_that_the_page_needs() -> None:
    control, token = FakeControl(), "0123456789abcdef"
    metrics = Metrics(control)
    with closing(WebServer(control, listen(0), [metrics.route()], token=token)) as server:
        server.start()
        request = urllib.request.Request(f"{server.address}/metrics")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        refused.value.close()
        request.add_header("authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert b"mien_info" in answer.read()
    assert refused.value.code == 401
