"""A person whose answers are known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO

from rich.console import Console

from mien.setup.questions import Questions


class Scripted(Questions):
    """Gives prepared answers in their order; None is Enter."""

    def __init__(self, *answers: str | bool | None) -> None:
        self._shown = StringIO()
        super().__init__(Console(file=self._shown, width=1000))
        self._answers = list(answers)
        self.offered: list[Mapping[str, str]] = []

    @property
    def text_shown(self) -> str:
        return self._shown.getvalue()

    def choose(self, question: str, options: Mapping[str, str], default: str) -> str:
        self.offered.append(options)
        answer = self._next(question, default)
        assert answer in options
        return str(answer)

    def text(self, question: str, default: str | None = None) -> str:
        answer = self._next(question, default)
        assert answer is not None
        return str(answer)

    def agree(self, question: str, *, default: bool) -> bool:
        return bool(self._next(question, default))

    def _next(self, question: str, default: str | bool | None) -> str | bool | None:
        self.say(question)
        answer = self._answers.pop(0)
        return default if answer is None else answer
