"""Whether there is a sound output, in made-up file systems."""

import os
from pathlib import Path

import pytest

from mien.music.playing.sound_output import libvlc_options, server_named, sound_output_available


def test_a_machine_without_sound_has_none(tmp_path: Path) -> None:
    (tmp_path / "dev/snd").mkdir(parents=True)
    (tmp_path / "dev/snd/timer").touch()
    (tmp_path / "dev/snd/pcmC0D0c").touch()  # a microphone

    assert not sound_output_available({}, tmp_path)


@pytest.mark.parametrize("path", ["dev/snd/pcmC0D0p", "run/user/7/pulse/native", "run/pulse/native"])
def test_a_card_or_a_server_is_found(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()

    assert sound_output_available({"XDG_RUNTIME_DIR": "/run/user/7"}, tmp_path)


def test_a_named_server_is_trusted(tmp_path: Path) -> None:
    assert sound_output_available({"PULSE_SERVER": "tcp:speaker"}, tmp_path)


def test_a_server_where_this_user_may_not_look_is_none(tmp_path: Path) -> None:
    (tmp_path / "run/user/7").mkdir(parents=True)
    (tmp_path / "run/user/7").chmod(0)
    user = os.geteuid()
    os.seteuid(user or 65534)  # root may look everywhere
    try:
        assert not server_named({"XDG_RUNTIME_DIR": "/run/user/7"}, tmp_path)
    finally:
        os.seteuid(user)
        (tmp_path / "run/user/7").chmod(0o700)


def test_options_name_the_output() -> None:
    assert "--aout=adummy" in libvlc_options("adummy")
    assert "--aout=alsa" in libvlc_options("alsa")
    assert "--no-video" in libvlc_options("auto")
    assert not [option for option in libvlc_options("auto") if "aout" in option]
