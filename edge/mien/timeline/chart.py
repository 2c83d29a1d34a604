"""What a picture of a timeline shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mien.mood.look import Look
from mien.types import Presence

_LASTS_SECONDS = 1.0  # a look stands for no more than this, whenever the next one comes


@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` to `end`, in seconds, a mood by its name: an emotion, `unsure` or `nobody`."""

    begin: float
    end: float
    name: str

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the picture: spans in the order of time, perhaps with gaps."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The looks that decisions were made of, and bands of moods below them, the first one on top. Times are seconds."""

    title: str
    begin: float
    end: float
    looks: tuple[Look, ...]
    bands: tuple[Band, ...]

    @property
    def seconds(self) -> float:
        """How much time it shows; never 0."""
        return max(self.end - self.begin, 1e-3)


def spans_of(changes: Sequence[tuple[float, str]], begin: float, end: float) -> tuple[Span, ...]:
    """Return the moods between `begin` and `end`: `nobody` at first, then each until the next one's time."""
    marks = [(begin, Presence.NOBODY.value), *((min(max(at, begin), end), name) for at, name in changes), (end, "")]
    return tuple(Span(at, until, name) for (at, name), (until, _) in pairwise(marks) if until > at)


def seen_spans(looks: Sequence[Look], end: float) -> tuple[Span, ...]:
    """Return what was seen as spans: the most probable emotion, `unsure` for an unclear face, or `nobody`."""
    joined: list[Span] = []
    for look, until in lasting(looks, end):
        span = Span(look.at, until, _seen(look))
        if joined and (joined[-1].name, joined[-1].end) == (span.name, span.begin):
            joined[-1] = Span(joined[-1].begin, until, span.name)
        elif until > look.at:
            joined.append(span)
    return tuple(joined)


def lasting(looks: Sequence[Look], end: float) -> Iterator[tuple[Look, float]]:
    """Yield each look and until when it stands."""
    untils = [*(look.at for look in looks[1:]), end]
    for look, until in zip(looks, untils, strict=False):
        yield look, min(until, look.at + _LASTS_SECONDS)


def clock_text(seconds: float) -> str:
    """Return minutes and seconds, as 9:05, or hours before them, as 1:01:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _seen(look: Look) -> str:
    if look.expression is not None:
        return look.expression.top.value
    return Presence.NOBODY.value if look.shows_nobody else Presence.UNSURE.value
