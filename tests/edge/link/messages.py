"""Everything that an eye may say, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from mien.link.lines import EyeCondition, EyeState, Message, PhotoAnswer
from mien.types import EMOTIONS, Box, Expression, Face, JudgedFace, Judgement, Observation, Point, Sighting

UNIT = st.floats(0, 1)
PIXELS = st.floats(-1e4, 1e4)
SIDES = st.floats(0.002, 9e5) | st.floats(0.5, 1e4)


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    weights = draw(st.lists(st.floats(1e-6, 1), min_size=len(EMOTIONS), max_size=len(EMOTIONS)))
    return Expression(tuple(weight / sum(weights) for weight in weights))


@st.composite
def faces(draw: st.DrawFn) -> Face:
    left, top = draw(PIXELS), draw(PIXELS)
    box = Box(left, top, left + draw(SIDES), top + draw(SIDES))
    points = st.builds(Point, PIXELS, PIXELS)
    return Face(box, draw(points), draw(points), draw(UNIT))


TIMES = st.floats(-1e12, 1e12)


@st.composite
def observations(draw: st.DrawFn, times: st.SearchStrategy[float] = TIMES) -> Observation:
    sightings = st.builds(Sighting, faces(), st.none() | expressions(), UNIT)
    side = st.integers(0, 10**5)
    return Observation(draw(times), draw(st.lists(sightings, max_size=3).map(tuple)), draw(side), draw(side))


@st.composite
def judged_faces(draw: st.DrawFn) -> JudgedFace:
    expression = draw(st.none() | expressions())
    return JudgedFace(draw(faces()), expression, unsure=expression is not None and draw(st.booleans()))


JUDGEMENTS = st.builds(
    Judgement,
    st.integers(1, 10**5),
    st.integers(1, 10**5),
    st.lists(judged_faces(), max_size=4).map(tuple),
)
NUMBERS = st.integers(0, 2**62)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    observations(),
    st.builds(EyeState, st.sampled_from(EyeCondition), st.text()),
    st.builds(PhotoAnswer, NUMBERS, JUDGEMENTS, st.just("")),
    st.builds(PhotoAnswer, NUMBERS, st.none(), st.text()),
)
