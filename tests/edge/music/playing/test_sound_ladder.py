"""What is done when the sound output goes, comes, or takes nothing: a clock and looks of our own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mien.music.playing.outlet import Outlet
from mien.music.playing.sound_cards import PlaybackNode
from mien.music.playing.sound_ladder import RETURN_SECONDS, Move, SoundLadder
from mien.types import Fault

SERVER, NEXT_SERVER = Outlet("the sound server", 1), Outlet("the sound server", 2)
CARD = Outlet("the sound card Device", None, frozenset({PlaybackNode("pcmC1D0p", 7, 1)}))
PLUGGED_AGAIN = Outlet("the sound card Device", None, frozenset({PlaybackNode("pcmC2D0p", 9, 5)}))
SERVER_OVER_CARD = Outlet("the sound server", 1, CARD.nodes)
WITH_ANOTHER = Outlet("the sound card", None, CARD.nodes | PLUGGED_AGAIN.nodes)
FORBIDDEN = Outlet("the sound card Device", None, PLUGGED_AGAIN.nodes, allowed=False)


class Room:
    """A ladder that is asked twice a second; `moves` are those that were not to stay."""

    def __init__(self, outlet: Outlet | None) -> None:
        self.ladder = SoundLadder(outlet)
        self.now = 50.0
        self.moves: list[Move] = []

    def wait(self, seconds: float, present: Outlet | None, takes_sound: bool | None = True) -> Room:
        for _ in range(round(2 * seconds)):
            self.now += 0.5
            move = self.ladder.look(self.now, present, takes_sound)
            if move is not Move.STAY:
                self.moves.append(move)
        return self

    @property
    def fault(self) -> Fault | None:
        trouble = self.ladder.trouble(lambda: "There is no sound card.")
        return None if trouble is None else trouble.fault


def test_while_all_is_well_nothing_is_done() -> None:
    for outlet in (SERVER, CARD):
        room = Room(outlet).wait(60.0, outlet)
        assert (room.moves, room.fault, room.ladder.outlet) == ([], None, outlet)


def test_a_second_card_changes_nothing_for_the_first() -> None:
    assert Room(CARD).wait(5.0, WITH_ANOTHER).moves == []


def test_without_an_output_it_is_silent_until_there_is_one() -> None:
    room = Room(None).wait(600.0, None)
    assert (room.moves, room.fault) == ([], Fault.SOUND_MISSING)

    room.wait(0.5, CARD)
    assert (room.moves, room.fault, room.ladder.outlet) == ([Move.BEGIN_AGAIN], None, CARD)


def test_what_went_away_is_waited_for_and_taken_when_it_is_back() -> None:
    for before, after in ((SERVER, NEXT_SERVER), (CARD, PLUGGED_AGAIN)):
        room = Room(before).wait(2.0, before).wait(4.0, None)
        assert (room.moves, room.fault) == ([Move.BREAK_OFF], Fault.SOUND_LOST)
        room.wait(0.5, after).wait(5.0, after)
        assert (room.moves, room.fault) == ([Move.BREAK_OFF, Move.BEGIN_AGAIN], None)


def test_what_came_back_between_two_looks_is_begun_again() -> None:
    for before, after in ((SERVER, NEXT_SERVER), (CARD, PLUGGED_AGAIN)):
        room = Room(before).wait(5.0, after)
        assert (room.moves, room.fault, room.ladder.outlet) == ([Move.BEGIN_AGAIN], None, after)


def test_what_stays_away_lets_the_music_go_on_in_silence() -> None:
    room = Room(SERVER).wait(RETURN_SECONDS + 1.0, None)
    assert (room.moves, room.fault) == ([Move.BREAK_OFF, Move.BEGIN_AGAIN], Fault.SOUND_LOST)
    room.wait(3600.0, None)
    assert len(room.moves) == 2

    room.wait(0.5, NEXT_SERVER)
    assert (room.moves[2:], room.fault) == ([Move.BEGIN_AGAIN], None)


def test_a_card_is_no_server_unless_the_server_stays_away() -> None:
    room = Room(SERVER).wait(5.0, CARD)
    assert (room.moves, room.ladder.outlet) == ([Move.BREAK_OFF], None)

    room.wait(RETURN_SECONDS, CARD)
    assert (room.moves[1:], room.ladder.outlet, room.fault) == ([Move.BEGIN_AGAIN], CARD, None)


def test_a_server_that_takes_over_the_card_is_taken_at_once() -> None:
    room = Room(CARD).wait(5.0, CARD).wait(0.5, SERVER_OVER_CARD)
    assert (room.moves, room.ladder.outlet, room.fault) == ([Move.BEGIN_AGAIN], SERVER_OVER_CARD, None)


def test_a_server_is_no_card_that_was_unplugged_unless_that_stays_away() -> None:
    room = Room(CARD).wait(5.0, SERVER)
    assert (room.moves, room.ladder.outlet, room.fault) == ([Move.BREAK_OFF], None, Fault.SOUND_LOST)

    room.wait(RETURN_SECONDS, SERVER)
    assert (room.moves[1:], room.ladder.outlet, room.fault) == ([Move.BEGIN_AGAIN], SERVER, None)


def test_what_this_user_may_not_use_is_named_and_taken_once_it_may() -> None:
    room = Room(FORBIDDEN).wait(5.0, FORBIDDEN)
    assert (room.moves, room.fault) == ([], Fault.SOUND_BUSY)
    trouble = room.ladder.trouble(lambda: "")
    assert trouble is not None
    assert "group audio" in trouble.message

    room.wait(1.0, PLUGGED_AGAIN)
    assert (room.moves, room.fault) == ([Move.BEGIN_AGAIN], None)


def test_a_card_whose_permissions_come_late_is_not_taken_too_early() -> None:
    room = Room(CARD).wait(1.0, None).wait(1.0, FORBIDDEN)
    assert (room.moves, room.fault) == ([Move.BREAK_OFF], Fault.SOUND_LOST)
    room.wait(1.0, PLUGGED_AGAIN)
    assert (room.moves[1:], room.fault) == ([Move.BEGIN_AGAIN], None)


def test_an_output_that_takes_nothing_is_tried_again_each_five_seconds() -> None:
    room = Room(CARD)
    for _ in range(4):
        room.wait(1.0, CARD, None).wait(4.0, CARD, takes_sound=False)
    assert room.moves == [Move.BEGIN_AGAIN] * 4
    assert room.fault is Fault.SOUND_BUSY

    room.wait(1.0, CARD, None)
    assert room.fault is Fault.SOUND_BUSY
    room.wait(0.5, CARD, takes_sound=True)
    assert room.fault is None


def test_another_try_goes_to_all_cards_that_are_there_by_then() -> None:
    room = Room(CARD).wait(4.0, WITH_ANOTHER, takes_sound=False)
    assert (room.moves, room.ladder.outlet) == ([Move.BEGIN_AGAIN], WITH_ANOTHER)


def test_a_slow_begin_is_no_refusal() -> None:
    assert Room(SERVER).wait(1.5, SERVER, takes_sound=False).wait(9.0, SERVER).moves == []


LOOKS = st.tuples(
    st.sampled_from([None, SERVER, NEXT_SERVER, CARD, PLUGGED_AGAIN, FORBIDDEN]),
    st.sampled_from([None, True, False]),
    st.integers(1, 60),
)


@given(st.lists(LOOKS, max_size=8), st.sampled_from([None, SERVER, CARD, FORBIDDEN]))
def test_whatever_happens_sound_comes_back(
    happened: list[tuple[Outlet | None, bool | None, int]], first: Outlet | None
) -> None:
    room = Room(first)
    for present, takes_sound, halves in happened:
        room.wait(halves / 2, present, takes_sound)
    room.wait(RETURN_SECONDS + 2.0, NEXT_SERVER)
    assert (room.fault, room.ladder.outlet) == (None, NEXT_SERVER)
    assert not room.moves or room.moves[-1] is Move.BEGIN_AGAIN
