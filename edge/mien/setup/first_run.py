"""The questions one after the other, and what is done with the answers."""

from __future__ import annotations

import grp
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien import config
from mien.doctor import service_settings_file
from mien.doctor.service import PLAYER, installed_unit
from mien.sections.paths import user_folder
from mien.setup import settings_file
from mien.setup.camera import ask_camera, with_camera
from mien.setup.draft import Draft
from mien.setup.library import ask_library, demo_folder, usual_library
from mien.setup.profile import ask_profile
from mien.setup.questions import Questions
from mien.setup.service import ServiceOffer
from mien.setup.sound import ask_sound


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line names beforehand; None where it does not."""

    file: Path | None = None
    profile: str | None = None
    camera: str | None = None
    library: Path | None = None


class FirstRun:
    """A settings file in the making.

    Args:
        questions: asks, and says what is done.
        options: of the command line.

    Raises:
        SettingsError: the file that is there, or an option, cannot be used.
    """

    def __init__(self, questions: Questions, options: Options) -> None:
        self._questions = questions
        of_service = service_settings_file()
        file = options.file or of_service or config.user_file() or _usual_file()
        self._of_service = file == of_service
        self._draft = _drafted(Draft(file), options)

    def ask(self) -> bool:
        """Ask everything, and whether to write it; nothing is written here."""
        enter = "Enter keeps what is set now" if self._draft.exists else "Enter takes what stands in brackets"
        self._questions.say(f"{enter}. Ctrl-C ends it; nothing is written before the last question.")
        for ask in (ask_profile, ask_camera, ask_sound):
            self._draft = ask(self._questions, self._draft)
        self._draft = ask_library(self._questions, self._draft, offers_demo=not self._of_service)
        self._questions.title(str(self._draft.file))
        self._questions.say(settings_file.as_shown(self._draft.settings))
        if not self._draft.differs:
            return True
        return self._questions.agree("Write this file?", default=True)

    def finish(self) -> None:
        """Write the file, if it says something new, and compose the demo's music, if that was chosen.

        Raises:
            MienError: one of them cannot be written.
        """
        from mien.demo.composer import compose_library

        settings, file = self._draft.settings, self._draft.file
        if settings.music.library_folder == demo_folder():
            self._questions.say("The music is being composed ...")
            compose_library(demo_folder())
        if not self._draft.differs:
            self._questions.say(f"{file} says so already, and stays as it is.")
            return
        backup = settings_file.write(file, settings, _service_group() if self._of_service else None)
        kept = "" if backup is None else f" The one before is {backup}."
        self._questions.say(f"{file} is written.{kept}")

    def offer_service(self) -> None:
        """Offer what makes mien start by itself; Ctrl-C leaves it."""
        with suppress(KeyboardInterrupt, EOFError):
            ServiceOffer(self._questions).make(of_system=self._of_service)


def _drafted(draft: Draft, options: Options) -> Draft:
    if options.profile is not None:
        draft = draft.choose_profile(options.profile)
    if options.camera is not None:
        draft = with_camera(draft, options.camera)
    named = options.library
    library = usual_library(draft.settings) if named is None else str(named.expanduser().absolute())
    return draft.choose("music", library=library)


def _usual_file() -> Path:
    return user_folder("XDG_CONFIG_HOME", ".config") / "mien/mien.toml"


def _service_group() -> int | None:
    player = installed_unit(PLAYER)
    return None if player is None else grp.getgrnam(player.group).gr_gid
