from rich.console import Console

from mien.terminal import Happening, summary


def test_a_title_that_looks_like_markup_is_shown_as_it_is() -> None:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(summary((Happening(1.0, "track", "a [/x] and a [bold]", "[/why]"),)))
    assert "a [/x] and a [bold]" in shown.get()
    assert "[/why]" in shown.get()
