"""What happened during the demo, as it is told."""

import io

from edge.web.fake_control import CHOICES, FakeControl
from rich.console import Console

from mien.demo.diary import Diary, Happening, summary
from mien.mood.affect import mood_of_emotion
from mien.report import snapshot_json
from mien.types import Emotion


def test_a_diary_has_a_line_for_each_new_mood_and_track() -> None:
    player, file = FakeControl(), io.StringIO()
    player.show(mood=mood_of_emotion(Emotion.HAPPY), choice=CHOICES[0])
    diary = Diary(Console(file=file, width=200))
    for _ in range(2):
        diary.take(snapshot_json(player.snapshot()))
    player.show(choice=CHOICES[1], mood=mood_of_emotion(Emotion.SAD))
    diary.take(snapshot_json(player.snapshot()))
    names = [happening.name for happening in diary.happenings]
    assert names == ["happy", CHOICES[0].track.title, "sad", CHOICES[1].track.title]
    assert len(file.getvalue().splitlines()) == 4


def test_a_title_that_looks_like_markup_is_shown_as_it_is() -> None:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(summary((Happening(1.0, "track", "a [/x] and a [bold]", "[/why]"),)))
    assert "a [/x] and a [bold]" in shown.get()
    assert "[/why]" in shown.get()
