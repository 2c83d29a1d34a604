"""Asks on a terminal. Every question has an answer that Enter gives."""

from __future__ import annotations

import sys
import termios
from collections.abc import Mapping

from rich.console import Console
from rich.prompt import Confirm, Prompt
from rich.table import Table
from rich.text import Text


class Questions:
    """Asks, and says what is to be said between the questions.

    Args:
        console: the terminal.
    """

    def __init__(self, console: Console) -> None:
        self.console = console

    def title(self, words: str) -> None:
        """Begin a part."""
        self.console.print()
        self.console.print(Text(words, "bold"))

    def say(self, sentence: str) -> None:
        """Say a sentence as it is, whatever signs are in it."""
        self.console.print(Text(sentence))

    def choose(self, question: str, options: Mapping[str, str], default: str) -> str:
        """Have one of {value: words} chosen by its number, and return its value."""
        values = list(options)
        table = Table.grid(padding=(0, 2, 0, 0))
        for number, words in enumerate(options.values(), start=1):
            table.add_row(Text(f"{number:3}"), Text(words))
        self.console.print(table)
        numbers = [str(number) for number in range(1, len(values) + 1)]
        usual = str(values.index(default) + 1)
        answer = Prompt.ask(Text(question), console=self.console, choices=numbers, show_choices=False, default=usual)
        return values[int(answer) - 1]

    def text(self, question: str, default: str | None = None) -> str:
        """Have a text typed in; there is no empty one."""
        while True:
            answer = Prompt.ask(Text(question), console=self.console, default=default)
            if answer is not None and answer.strip():
                return answer.strip()

    def agree(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no; what was typed before the question is no answer to it."""
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        return Confirm.ask(Text(question), console=self.console, default=default)
