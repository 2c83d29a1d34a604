"""Where the music is."""

from __future__ import annotations

import os
from pathlib import Path

from mien.config import Settings
from mien.sections.paths import user_folder
from mien.setup.draft import Draft
from mien.setup.questions import Questions

_USUAL_PLACES = ("~/Music", "/srv/music")
_OTHER, _KEEP, _DEMO = "other", "keep", "demo"


def usual_library(settings: Settings) -> str:
    """Return the folder that is set, or if that is not there, a usual one that is."""
    there = (place for place in (settings.music.library, *_USUAL_PLACES) if _is_folder(Path(place).expanduser()))
    return next(there, settings.music.library)


def demo_folder() -> Path:
    """Return where the music composed here lies: `mien demo` plays the same."""
    return user_folder("XDG_CACHE_HOME", ".cache") / "mien" / "demo" / "music"


def count_music(folder: Path) -> tuple[int, str]:
    """Look through a folder quickly, and return the number of music files with a sentence that tells it."""
    from mien.music.index.scan import find_music

    if not _is_folder(folder):
        return 0, f"The folder {folder} does not exist, or you may not enter it."
    if not os.access(folder, os.R_OK | os.X_OK):
        return 0, f"You may not look into the folder {folder}."
    files = find_music(folder).files
    if not files:
        return 0, f"The folder {folder} holds no music (mp3, flac, ogg, opus, m4a, wav ...)."
    closed = sum(not os.access(os.path.join(os.fsencode(folder), file.path), os.R_OK) for file in files)  # noqa: PTH118
    unreadable = f", of which you may not read {closed}" if closed else ""
    return len(files) - closed, f"{folder} holds {_files(len(files))} of music{unreadable}."


def ask_library(questions: Questions, draft: Draft, *, offers_demo: bool) -> Draft:
    """Ask for the music folder; where it is empty, the demo's music may be offered, which lies in this user's home."""
    questions.title("Where is your music?")
    default = usual_library(draft.settings)
    while True:
        typed = questions.text("Folder", default)
        folder = Path(os.path.abspath(os.path.expanduser(typed)))  # noqa: PTH100, PTH111 - pathlib's may raise
        count, sentence = count_music(folder)
        questions.say(sentence)
        name = typed if typed.startswith("~") else str(folder)
        answer = _KEEP if count else _without_music(questions, offers_demo=offers_demo)
        if answer == _KEEP:
            return draft.choose("music", library=name)
        if answer == _DEMO:
            return draft.choose("music", library=str(demo_folder()))


def _without_music(questions: Questions, *, offers_demo: bool) -> str:
    demo = {_DEMO: "ten short pieces that mien composes itself, to begin with"} if offers_demo else {}
    options = {**demo, _OTHER: "another folder", _KEEP: "this one all the same: the music will come"}
    return questions.choose("Play from", options, _DEMO if offers_demo else _KEEP)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _is_folder(folder: Path) -> bool:
    return os.path.isdir(folder)  # noqa: PTH112 - pathlib's raises where one may not look
