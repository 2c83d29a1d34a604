"""What the commands below `mien library` say, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mien.types import Track

if TYPE_CHECKING:
    from mien.music.choosing.choice import Explanation
    from mien.music.choosing.feedback import Event
    from mien.music.index.check import CheckReport


def described(track: Track) -> Iterator[str]:
    """Yield what is known of a track."""
    yield f"{track.title} - {track.artist}" if track.artist else track.title
    place = f"valence {track.affect.valence:+.2f}, arousal {track.affect.arousal:+.2f}, give or take {track.spread:.2f}"
    yield f"  {place}: placed by {_placed_by(track)}"
    if track.traits:
        yield f"  sounds like: {', '.join(track.traits)}"
    if track.loudness_lufs is not None:
        yield f"  loudness {track.loudness_lufs:.1f} LUFS"


def explained(mood: str, explanation: Explanation) -> Iterator[str]:
    """Yield why a track would be chosen for a mood, or not."""
    rank = "never played" if explanation.rank is None else f"rank {explanation.rank} of {explanation.of}"
    yield f"{mood}: {rank}; {'; '.join(explanation.choice.reasons)}"
    terms = explanation.terms
    costs = {
        "distance": terms.distance,
        "hour": terms.hour,
        "uncertainty": terms.uncertainty,
        "heard lately": terms.recency,
        "same artist": terms.artist,
        "same album": terms.album,
        "your hands": terms.hands,
        "wrong mood": terms.wrong,
        "angry music": terms.angry,
    }
    counted = [f"{name} {cost:+.2f}" for name, cost in costs.items() if abs(cost) >= 0.005]
    yield f"  costs {terms.total:.2f}: {', '.join(counted) or 'nothing'}"


def checked(report: CheckReport, folder: Path) -> Iterator[str]:
    """Yield what is wrong in a library, and what its owner may want to know."""
    for broken in report.broken:
        yield f"broken: {_below(broken.path, folder)}: {broken.reason}"
    for missing in report.missing:
        yield f"missing: {_below(missing.path, folder)}, listed in {_below(missing.playlist, folder)}"
    for group in report.duplicates:
        yield f"the same: {', '.join(str(_below(path, folder)) for path in group)}"
    for path in report.not_music:
        yield f"not music, left out: {_below(path, folder)}"
    counts = {
        "broken": report.broken,
        "missing": report.missing,
        "groups of duplicates": report.duplicates,
        "not music": report.not_music,
        "not heard yet": report.not_heard,
        "without tags": report.untagged,
    }
    yield f"{', '.join(f'{len(found)} {name}' for name, found in counts.items())}."


def remembered(event: Event) -> str:
    """Return what somebody did, as a line."""
    import datetime

    when = datetime.datetime.fromtimestamp(event.at).strftime("%Y-%m-%d %H:%M")
    mood = f" for {event.mood}" if event.mood else ""
    return f"{when}  {event.kind.value:10} {event.title}{mood}"


def _placed_by(track: Track) -> str:
    sources = {"audio": "its sound", "prior": "nothing: it was not heard yet"}
    return sources.get(track.affect_source, f"its {track.affect_source} ({track.affect_word})")


def _below(path: Path, folder: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path
