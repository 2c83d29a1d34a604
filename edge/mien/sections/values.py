"""What may stand in a settings file, by kind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _usable(text: str) -> str:
    if any(character < " " or character == "\x7f" for character in text):
        raise ValueError("no control characters may be in it")
    try:
        Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError("the home folder behind its ~ is not known here; set HOME, or write the whole path") from error
    return text


def _region(value: object) -> object:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 4 or not all(isinstance(one, int | float) and 0.0 <= one <= 1.0 for one in numbers):
        raise ValueError("four shares of the picture are needed, from 0 to 1: [left, top, right, bottom]")
    if not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
        raise ValueError("left must be less than right, and top less than bottom")
    return [float(one) for one in numbers]


def _topic(text: str) -> str:
    if any(character in "+#" or character <= " " for character in text) or text.startswith("$"):
        raise ValueError("no space, + or # may be in a topic, and no $ before it")
    if "" in text.split("/") and text:
        raise ValueError("a topic neither begins nor ends with /, nor holds two in a row")
    return text


def _command(words: list[str]) -> list[str]:
    if any("\0" in word for word in words) or (words and not words[0]):
        raise ValueError('a program and its arguments are needed, each a text: ["/usr/bin/logger", "-t", "mien"]')
    return words


def _way(value: object) -> object:
    def is_coordinate(number: object) -> bool:
        return isinstance(number, int | float) and not isinstance(number, bool) and -1.0 <= number <= 1.0

    def is_place(place: object) -> bool:
        return isinstance(place, list) and len(place) == 2 and all(map(is_coordinate, place))

    if not isinstance(value, list) or not 1 <= len(value) <= 5 or not all(map(is_place, value)):
        raise ValueError("one to five places are needed, each a valence and an arousal from -1 to 1: [[0.7, 0.4]]")
    return value


Text = Annotated[str, AfterValidator(_usable)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_usable)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0, le=3600.0)]
Percent = Annotated[int, Field(ge=0, le=100)]
Pin = Annotated[int, Field(ge=-1, le=27)]
Region = Annotated[list[float], BeforeValidator(_region)]
Way = Annotated[list[list[float]], BeforeValidator(_way)]
Topic = Annotated[str, Field(max_length=200), AfterValidator(_topic)]
Command = Annotated[list[str], AfterValidator(_command)]


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
