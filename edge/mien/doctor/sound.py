"""Does a tone sound, through what, and if not: why?"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import closing

from mien.config import Settings
from mien.doctor.cards import Card, SoundAround, look_around
from mien.doctor.finding import Finding, bad, good, note
from mien.doctor.player import Running
from mien.doctor.tone import Played, play_tone
from mien.errors import AudioError
from mien.music.playing.sound_cards import named_card
from mien.sections.playing import AudioSettings
from mien.types import Fault

_SERVERS = ("pulseaudio", "pipewire", "wireplumber")
_SOUND_FAULTS = {Fault.SOUND_MISSING, Fault.SOUND_BUSY, Fault.SOUND_LOST}
_NAMES = {"alsa": "ALSA", "pulse": "the sound server (PulseAudio or PipeWire)"}


def check(settings: Settings, player: Running | None, *, silent: bool) -> Iterator[Finding]:
    """Look at the sound cards and play a tone; a player that plays already is not disturbed.

    Args:
        settings: the settings.
        player: the player that runs.
        silent: play silence instead of a tone.
    """
    around = look_around()
    yield cards_finding(around)
    if player is not None and player.has_none_of(_SOUND_FAULTS):
        yield good("sound", f"The player that runs (process {player.process}) has the sound output; no tone is played.")
    elif settings.audio.output == "silent":
        yield note("sound", "Nothing sounds, since audio.output is 'silent'.")
    else:
        yield _try(settings.audio, around, silent=silent)


def cards_finding(around: SoundAround) -> Finding:
    """List the cards with what to write into audio.device."""
    if not around.cards:
        return note("cards", "There is no sound card.")
    return note("cards", f"Sound cards, as audio.device names them: {_listed(around.cards)}.")


def _try(settings: AudioSettings, around: SoundAround, *, silent: bool) -> Finding:
    from mien.music.playing.vlc_player import VlcPlayer

    try:
        with closing(VlcPlayer(settings, lambda _ended: None)):
            pass
    except AudioError as error:
        return bad("sound", str(error))
    played = play_tone(settings, silent=silent)
    return judge(settings, around, played, silent=silent)


def judge(settings: AudioSettings, around: SoundAround, played: Played, *, silent: bool) -> Finding:
    """Say what became of the tone."""
    device = f" at {settings.device}" if settings.device else ""
    if played.sounded and played.output != "adummy":
        what = "Silence was played" if silent else "A tone was played"
        return good("sound", f"{what} through {_NAMES.get(played.output, played.output)}{device}, as {_user()}.")
    return bad("sound", f"Nothing sounds{device}, as {_user()}: {why(settings, around, played)}")


def why(settings: AudioSettings, around: SoundAround, played: Played) -> str:
    """Return why nothing sounds and what to do."""
    wanted, cards = named_card(settings.device), around.cards
    asked = tuple(card for card in cards if wanted in (None, card.identity, str(card.number)))
    reason = _no_server(settings, around) or _no_card(cards, asked, wanted) or _no_entry(asked)
    if reason:
        return reason
    said = next((error for error in played.errors if "cannot open" in error), next(iter(played.errors), "nothing"))
    return f"libVLC says: {said.rstrip('.')}; name a card with audio.output 'alsa' and audio.device: {_listed(cards)}."


def _no_server(settings: AudioSettings, around: SoundAround) -> str:
    if settings.output not in ("auto", "pulse") or named_card(settings.device) is not None:
        return ""
    if around.own_server:
        return "the sound server takes no sound; `pactl list short sinks` shows what it plays to."
    if settings.output == "auto" and around.cards:
        return ""
    if around.servers_of:
        return (
            f"the sound server belongs to the session of {' and '.join(around.servers_of)}, where this user has no "
            "part; run mien in that session, or set audio.output to 'alsa' and end the session."
        )
    if settings.output == "pulse":
        return "no sound server runs for this user; start it, or set audio.output to 'alsa'."
    return ""


def _no_card(cards: tuple[Card, ...], asked: tuple[Card, ...], wanted: str | None) -> str:
    if not cards:
        return "there is no sound card; plug one in, or look for it with `aplay -l` and `dmesg`."
    if not asked:
        return f"there is no sound card '{wanted}'; set audio.device to one of {_listed(cards)}."
    return ""


def _no_entry(asked: tuple[Card, ...]) -> str:
    if not any(card.allowed for card in asked):
        return (
            "this user may not use the sound card; add the user to the group 'audio' and log in again. The service has "
            "that group: with sudo the doctor looks as the service does."
        )
    holder = next((card.held_by for card in asked if card.held_by), "")
    if holder.startswith(_SERVERS):
        return (
            f"the sound server {holder} of a desktop session has the card; run mien in that session, or end the "
            "session for a service that plays through ALSA."
        )
    return f"{holder} has the card and lets nobody else play; end it." if holder else ""


def _listed(cards: tuple[Card, ...]) -> str:
    return ", ".join(f"{card.device} ({card.name})" for card in cards)


def _user() -> str:
    try:
        return f"the user {pwd.getpwuid(os.geteuid()).pw_name}"
    except KeyError:
        return f"the user number {os.geteuid()}"
