"""The commands as processes: exit codes, and one sentence for each thing that a person can put right."""

import inspect
import json
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from edge.command_line import COMMAND, mien, sentence, surroundings
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from typer.testing import CliRunner

import mien as package
from mien.cli.baseline import baseline_app
from mien.cli.care import care_app
from mien.cli.library import library_app
from mien.cli.main import app
from mien.cli.replay import replay_app
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory
from mien.music.index.library import Library
from mien.setting_layers import default_values

LONG = "x" * 300  # no file may have such a name, and asking for it is an error of its own


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of things that are not what they are taken for, and a small library."""
    folder = tmp_path_factory.mktemp("things")
    for name in ("empty", "torn_pictures", "music/happy", "music/sad"):
        (folder / name).mkdir(parents=True)
    grass = np.random.default_rng(1).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    picture = cv2.imencode(".jpg", grass)[1].tobytes()
    (folder / "grass.jpg").write_bytes(picture)
    (folder / "torn.jpg").write_bytes(picture[:300])
    (folder / "torn_pictures/torn.jpg").write_bytes(picture[:300])
    (folder / "text.jpg").write_text("This is a letter.\n" * 100)
    (folder / "text.mp4").write_text("This is a letter.\n" * 100)
    write_tone(folder / "music/happy/sun.wav", 880, 0.2)
    write_tone(folder / "music/sad/rain.wav", 330, 0.2)
    (folder / "music/sad/torn.mp3").write_text("This is a letter.\n" * 100)
    return folder


def commands(group: typer.Typer) -> Iterator[tuple[str, set[str]]]:
    """Yield the name of each command, and its options."""
    for one in group.registered_commands:
        assert one.callback is not None
        yield one.name or one.callback.__name__, set(inspect.signature(one.callback).parameters)


ONE_OF_EACH = [
    ("eye --source /dev/video99", "There is no camera /dev/video99;"),
    ("eye --source torn_pictures", "torn_pictures/torn.jpg is not a picture that can be read;"),
    ("watch text.mp4", "text.mp4 is not a video that can be read;"),
    ("recommend torn.jpg", "torn.jpg is not a picture that can be read;"),
    ("recommend none.jpg", "The photo none.jpg cannot be read: No such file or directory."),
    ("recommend grass.jpg --library nowhere", "nowhere does not exist, or you may not enter it: make it, or"),
    ("run --library empty", "holds no music (mp3, flac, "),
    ("run --library music --source nonsense", "There is no camera or file 'nonsense': give a device"),
    ("library scan --library nowhere", "nowhere does not exist, or you may not enter it: make it, or"),
    (f"library show --library music {LONG}", f"music has no playable track {LONG}."),
    ("config --profile taxi", "Unknown profile 'taxi' in the command line: choose home, kiosk or drive."),
    ("recommend grass.jpg --profile taxi", "Unknown profile 'taxi' in the command line"),
    ("library export --playlists lists --profile taxi", "Unknown profile 'taxi' in the command line"),
    ("privacy --profile taxi", "Unknown profile 'taxi' in the command line"),
]
REPEATED = [
    ("eye --source nonsense", "There is no camera or file 'nonsense': give a device"),
    ("watch /dev/video99", "There is no camera /dev/video99;"),
    ("watch nonsense", "There is no camera or file 'nonsense': give a device"),
    ("watch empty", "The folder empty holds no pictures"),
    (f"watch {LONG}", f"There is no camera or file '{LONG}': give a device"),
    ("recommend text.jpg", "text.jpg is not a picture that can be read;"),
    ("recommend empty", "The photo empty cannot be read: Is a directory."),
    ("run --library nowhere", "nowhere does not exist, or you may not enter it: make it, or"),
    (f"run --library {LONG}", f"{LONG} does not exist, or you may not enter it: make it, or"),
    ("library scan --library empty", "holds no music (mp3, flac, "),
    ("library show --library music sad/torn.mp3", "music has no playable track sad/torn.mp3."),
    ("config --config none.toml", "The settings file none.toml cannot be read: No such file or directory."),
    ("config --config empty", "The settings file empty cannot be read: Is a directory."),
]


@pytest.mark.parametrize(
    ("arguments", "expected"), [*ONE_OF_EACH, *(pytest.param(*one, marks=pytest.mark.slow) for one in REPEATED)]
)
def test_what_a_person_can_put_right_is_one_sentence(
    things: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, expected: str
) -> None:
    monkeypatch.chdir(things)
    assert expected in sentence(mien(tmp_path, *arguments.split()))


@pytest.mark.parametrize("command", ["run", "recommend grass.jpg"])
def test_a_misspelt_setting_is_named(tmp_path: Path, command: str) -> None:
    settings = tmp_path / ".config/mien/mien.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[mood]\ndwel_seconds = 1.0\n")
    assert sentence(mien(tmp_path, *command.split())) == (
        f"Unknown key mood.dwel_seconds in {settings}. Did you mean 'dwell_seconds'?"
    )


def test_an_audio_file_that_cannot_be_written_is_named(things: Path, tmp_path: Path) -> None:
    done = mien(
        tmp_path, "run", "--library", things / "music", "--audio-file", "/nowhere/out.wav", "--log-level", "error"
    )
    assert sentence(done) == "The audio file /nowhere/out.wav cannot be written: No such file or directory."


def test_an_eye_that_is_turned_off_is_an_error_to_a_person_and_rests_as_a_service(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text("[eye]\nenabled = false\n")
    command = ("eye", "--config", settings, "--socket", tmp_path / "run/eye.sock")
    assert sentence(mien(tmp_path, *command)) == (
        "The eye is turned off: it sees again with eye.enabled = true in your settings."
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        environment = surroundings(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"))
        with subprocess.Popen([*COMMAND, *map(str, command)], env=environment) as resting:
            heard = [manager.recv(100), manager.recv(100)]
            resting.terminate()
            heard.append(manager.recv(100))
        assert heard == [b"READY=1", b"STATUS=turned off in the settings", b"STOPPING=1"]
    assert resting.returncode == 0


def test_what_is_not_seen_is_not_recorded(things: Path, tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text("[eye]\nenabled = false\n")
    command = ["run", "--config", str(settings), "--library", str(things / "music"), "--trace", str(tmp_path / "trace")]
    empty = "A trace would be empty, since the eye is turned off: leave it, or set eye.enabled = true."
    assert sentence(mien(tmp_path, *command)) == empty
    # A service plays on without it; this one comes as far as its sound.
    settings.write_text('[eye]\nenabled = false\n[audio]\noutput = "gramophone"\n')
    service = mien(tmp_path, *command, "--log-level", "error", NOTIFY_SOCKET="/nowhere")
    first, *_, last = service.stderr.splitlines()
    assert first == f"mien: {empty}"
    assert "no sound output 'gramophone'" in last
    assert not (tmp_path / "trace").exists()


def test_a_profile_can_be_named_wherever_it_means_something() -> None:
    every = [one for group in (app, library_app, care_app, baseline_app, replay_app) for one in commands(group)]
    without = {name for name, options in every if "config_file" in options and "profile" not in options}
    # These look at files alone, wherever one is.
    assert without == {"scan", "list", "show", "tag", "import", "feedback", "check", "attend"}


def test_a_sound_output_that_is_not_there_is_named(things: Path, tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text('[audio]\noutput = "gramophone"\n')
    done = mien(tmp_path, "run", "--library", things / "music", "--config", settings, "--log-level", "error")
    assert sentence(done).startswith(
        "This libVLC has no sound output 'gramophone': set audio.output to auto, silent or"
    )


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_missing_libvlc_says_what_to_install(things: Path, tmp_path: Path, command: str) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text(f'[music]\nlibrary = "{things}/music"\n[eye]\nenabled = false\n')
    done = mien(tmp_path, command, "--config", settings, PYTHON_VLC_LIB_PATH="/nowhere/libvlc.so.5")
    assert done.returncode == 1
    said = done.stdout or done.stderr
    assert ("The eye is turned off (eye.enabled = false)" in said) == (command == "doctor")
    assert "libVLC is not installed: install it with `sudo apt install libvlc5 vlc-plugin-base`" in said


@pytest.mark.parametrize(
    "arguments",
    [
        "run --loud",
        "watch",
        "watch a --fps 0",
        "run --log-level loud",
        "recommend",
        "recommend a.jpg --count -1",
    ],
)
def test_wrong_usage_exits_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))  # the settings of whoever runs this do not count
    done = CliRunner().invoke(app, arguments.split())
    assert done.exit_code == 2
    assert "Usage: " in done.output


def test_help_and_version(tmp_path: Path) -> None:
    assert mien(tmp_path, "--version").stdout == f"mien {package.__version__}\n"
    helped = mien(tmp_path, "--help")
    assert helped.returncode == 0
    for command in ("run", "eye", "watch", "recommend", "library", "config", "doctor", "demo"):
        assert re.search(rf"\b{command}\b", helped.stdout)


def test_a_picture_without_a_face_gets_tracks_for_a_neutral_mood(things: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "answer.jpg"
    arguments = ("recommend", things / "grass.jpg", "--library", things / "music", "--annotate", drawn)
    done = mien(tmp_path, *arguments, "--json", "--count", "2")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert list(answer) == ["faces", "mood", "tracks"]
    assert answer["faces"] == []
    assert list(answer["mood"]) == ["emotion", "confidence", "valence", "arousal"]
    assert answer["mood"]["emotion"] == "neutral"
    assert [list(track) for track in answer["tracks"]] == [["path", "title", "artist", "score", "reasons"]] * 2
    assert cv2.imread(str(drawn)) is not None


def test_a_photo_is_judged_without_a_library(things: Path, tmp_path: Path) -> None:
    done = mien(tmp_path, "recommend", things / "grass.jpg", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["tracks"] == []
    (line,) = done.stderr.splitlines()
    assert re.fullmatch(r"mien: The music folder .*/Music does not exist, .* No tracks are recommended\.", line)


def test_who_has_the_answer_drawn_is_told_where(things: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "answer.jpg"
    done = mien(tmp_path, "recommend", things / "grass.jpg", "--library", things / "music", "--annotate", drawn)
    assert done.stdout.splitlines()[-1] == f"All this is drawn into {drawn}."
    assert drawn.exists()


def test_an_answer_that_cannot_be_drawn_is_given_all_the_same(things: Path, tmp_path: Path) -> None:
    where = tmp_path / "nowhere/answer.jpg"
    done = mien(tmp_path, "recommend", things / "grass.jpg", "--library", things / "music", "--annotate", where)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"mien: {where} cannot be written: ")
    assert done.stdout.startswith("no face found: the tracks are for a neutral mood\n1. ")


def test_a_torn_track_is_left_out_and_named(things: Path, tmp_path: Path) -> None:
    first = mien(tmp_path, "library", "scan", "--no-hear", "--library", things / "music")
    assert first.returncode == 0
    summary, torn = first.stdout.splitlines()
    assert summary == "2 tracks: 3 added, 0 updated, 0 removed, 0 unchanged, 1 left out."
    assert torn.startswith("left out: ")
    assert "sad/torn.mp3: " in torn
    assert first.stderr == ""

    second = mien(tmp_path, "library", "scan", "--no-hear", "--library", things / "music")
    assert second.stdout.startswith("2 tracks: 0 added, 0 updated, 0 removed, 3 unchanged, 1 left out.\n")


def test_a_scan_listens_to_what_is_new(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    heard = mien(tmp_path, "library", "scan", *where)
    assert (heard.stdout.splitlines()[-1], heard.stderr) == ("2 heard, 0 that could not be.", "")
    listed = [json.loads(line) for line in mien(tmp_path, "library", "list", "--json", *where).stdout.splitlines()]
    assert all(track["loudness_lufs"] < 0.0 and track["duration_seconds"] == 0.2 for track in listed)
    assert mien(tmp_path, "library", "scan", *where).stdout.endswith("0 heard, 0 that could not be.\n")


def test_the_players_child_hears_the_library_and_ends_with_it(things: Path, tmp_path: Path) -> None:
    music = tmp_path / "music"
    shutil.copytree(things / "music/happy", music)
    attend = [*COMMAND, "library", "attend", "--library", str(music), "--state", str(tmp_path / "state")]
    # The shell in between is the player; it ends once its input does.
    shell = ["/bin/sh", "-c", '"$@" & echo $!; read line', "sh", *attend]
    player = subprocess.Popen(
        shell, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings(tmp_path)
    )
    assert player.stdout is not None
    child = Path("/proc") / player.stdout.readline().strip()
    with Library(tmp_path / "state/library.sqlite", music) as library:
        wait_until(lambda: any(track.loudness_lufs is not None for track in library.tracks()), seconds=60)
    assert child.exists()
    assert player.stdin is not None
    player.stdin.close()
    player.wait()
    wait_until(lambda: not child.exists(), seconds=20)
    player.stdout.close()


def test_numpy_starts_no_threads_of_its_own(tmp_path: Path) -> None:
    script = "import os, mien.cli, numpy; print(len(os.listdir('/proc/self/task')))"
    result = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=surroundings(tmp_path)
    )
    assert result.stdout == "1\n"


def test_the_library_is_listed_and_shown(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    listed = [json.loads(line) for line in mien(tmp_path, "library", "list", "--json", *where).stdout.splitlines()]
    keys = ["type", "path", "title", "artist", "album", "duration_seconds", "valence", "arousal"]
    keys += ["spread", "placed_by", "traits", "loudness_lufs"]
    assert [list(track)[-len(keys) :] for track in listed] == [keys] * 2
    assert [track["placed_by"] for track in listed] == ["folder happy", "folder sad"]
    assert [line.split()[-1] for line in mien(tmp_path, "library", "list", *where).stdout.splitlines()] == [
        "happy/sun.wav",
        "sad/rain.wav",
    ]
    for name in ("happy/sun.wav", str(things / "music/happy/sun.wav"), str(things / "music/sad/../happy/sun.wav")):
        assert json.loads(mien(tmp_path, "library", "show", name, "--json", *where).stdout) == listed[0]
    assert "placed_by    folder happy\n" in mien(tmp_path, "library", "show", "happy/sun.wav", *where).stdout


def test_the_plane_is_shown_and_drawn(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    shown = mien(tmp_path, "library", "show", *where).stdout.splitlines()
    assert (shown[0].strip(), shown[-1].strip()) == ("lively", "gentle")
    assert "".join(shown[1:-1]).count(".") == 2
    assert mien(tmp_path, "library", "show", "--picture", tmp_path / "plane.svg", *where).returncode == 0
    assert "<title>sun</title>" in (tmp_path / "plane.svg").read_text()


def test_a_choice_is_explained_for_one_mood_or_all(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    lines = mien(tmp_path, "library", "explain", "happy/sun.wav", "--mood", "happy", *where).stdout.splitlines()
    assert lines[0] == "sun"
    assert "placed by its folder (happy)" in lines[1]
    assert lines[2].startswith("happy: rank 1 of 2; in your folder 'happy'; ")
    assert re.fullmatch(r"  costs \d\.\d\d: distance .*", lines[3])
    every = mien(tmp_path, "library", "explain", "happy/sun.wav", "--profile", "drive", *where).stdout.splitlines()
    assert sum(": rank " in line for line in every) == 7
    (happy,) = (cost for head, cost in pairwise(every) if head.startswith("happy: rank "))
    assert happy != lines[3]  # for in a car it is led elsewhere


def test_playlists_and_what_was_heard_are_written_and_taken_over(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    told = mien(tmp_path, "library", "export", "--playlists", tmp_path / "lists", "--heard", tmp_path / "heard", *where)
    assert told.stdout.splitlines()[-1] == f"0 heard tracks were written to {tmp_path / 'heard'}."
    happy, _ = [line for line in (tmp_path / "lists/happy.m3u8").read_text().splitlines() if not line.startswith("#")]
    assert (tmp_path / "lists" / happy).resolve() == things / "music/happy/sun.wav"
    taken = mien(tmp_path, "library", "import", tmp_path / "heard", *where)
    assert taken.stdout.startswith("0 tracks taken over, 0 were heard here already")
    assert "is no whole export of a library" in sentence(
        mien(tmp_path, "library", "import", things / "text.mp4", *where)
    )
    assert mien(tmp_path, "library", "export", *where).returncode == 2


def test_a_check_names_what_is_broken(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    done = mien(tmp_path, "library", "check", *where)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("broken: sad/torn.mp3: ")
    answer = json.loads(mien(tmp_path, "library", "check", "--json", *where).stdout)
    assert [Path(broken["path"]).name for broken in answer["broken"]] == ["torn.mp3"]
    assert len(answer["not_heard"]) == 2


def test_what_hands_said_is_shown_and_forgotten(things: Path, tmp_path: Path) -> None:
    where = ("--library", things / "music")
    track = things / "music/happy/sun.wav"
    with Memory(tmp_path / ".local/state/mien/memory.sqlite") as memory:
        memory.add(Event(str(track), track, "sun", "happy", Kind.LIKED, 1.7e9))
        memory.add(Event(str(track), track, "sun", "happy", Kind.FINISHED, 1.7e9, 60.0))
    (line,) = mien(tmp_path, "library", "feedback", "--json", *where).stdout.splitlines()
    assert json.loads(line)["kind"] == "liked"
    assert mien(tmp_path, "library", "feedback", *where).stdout.endswith("liked      sun for happy\n")
    assert mien(tmp_path, "library", "feedback", "--erase", track, *where).stdout == "2 events were forgotten.\n"
    assert mien(tmp_path, "library", "feedback", *where).stdout == ""


def test_tags_are_shown_before_they_are_written(things: Path, tmp_path: Path) -> None:
    music = tmp_path / "music"
    shutil.copytree(things / "music/happy", music)
    (music / "sun.wav").rename(music / "a sad song.wav")
    before = (music / "a sad song.wav").read_bytes()
    shown = mien(tmp_path, "library", "tag", "--library", music)
    assert shown.stdout.startswith("would write: a sad song.wav: MOOD=sad MOOD_VALENCE=-0.65 ")
    assert (music / "a sad song.wav").read_bytes() == before
    assert mien(tmp_path, "library", "tag", "--write", "--library", music).stdout.startswith("written: ")
    assert b"MOOD_VALENCE" in (music / "a sad song.wav").read_bytes()


def test_the_settings_in_force_are_printed_as_toml(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text('[camera]\nsource = "Kamera \\"vorn\\" \\\\ 猫"\nstall_seconds = 3\n[music]\nseed = 1\n')
    every = mien(tmp_path, "config", "--config", settings, PYTHONUTF8="1")
    assert (every.returncode, every.stderr) == (0, "")
    different = {"source": 'Kamera "vorn" \\ 猫', "stall_seconds": 3.0}
    expected = default_values()
    expected["camera"].update(different)
    assert tomllib.loads(every.stdout) == expected

    changed = mien(tmp_path, "config", "--changed", "--config", settings, PYTHONUTF8="1")
    assert tomllib.loads(changed.stdout) == {"camera": different}
    settings.write_text(every.stdout, encoding="utf-8")
    assert mien(tmp_path, "config", "--config", settings, PYTHONUTF8="1").stdout == every.stdout


def test_a_reader_that_goes_away_ends_the_output_quietly(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "config"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings(tmp_path)
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as said:
        assert said.read() == b""
    assert process.wait(30) == 1


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "config"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=surroundings(tmp_path),
        )
    assert done.stderr == "mien: The output cannot be written: No space left on device.\n"
    assert done.returncode == 1


def test_closed_standard_streams_are_as_nowhere(things: Path, tmp_path: Path) -> None:
    for closed in ("2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        command = ["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, "watch", str(things / "torn.jpg")]
        done = subprocess.run(command, capture_output=True, check=False, env=surroundings(tmp_path))
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    command[-2:] = ["recommend", str(things / "grass.jpg")]  # with all of them closed
    done = subprocess.run(command, capture_output=True, check=False, env=surroundings(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_the_outputs_encoding_lacks_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music/Ein € und ein ü.wav", 440, 0.1)
    done = mien(tmp_path, "library", "list", "--library", tmp_path / "music", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Ein \\u20ac und ein \\xfc.wav\n")


def test_a_refused_start_leaves_the_audio_file_as_it_was(things: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    heard.write_bytes(b"an hour of music")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = tmp_path / "mien.toml"
        settings.write_text(f"[web]\nport = {taken.getsockname()[1]}\n")
        options = ("--library", things / "music", "--config", settings, "--log-level", "error")
        done = mien(tmp_path, "run", "--audio-file", heard, "--no-eye", *options)
    assert "set another web.port, end what has it, or serve no page with --no-web." in sentence(done)
    assert heard.read_bytes() == b"an hour of music"


def test_a_folder_of_pictures_is_watched(things: Path, tmp_path: Path) -> None:
    (tmp_path / "pictures/album.jpg").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "pictures" / name).write_bytes((things / "grass.jpg").read_bytes())
    done = mien(tmp_path, "watch", tmp_path / "pictures", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    grass = cv2.imread(str(things / "grass.jpg"))
    assert grass is not None
    size = {"width": grass.shape[1], "height": grass.shape[0]}
    nothing = {"face": None, "probabilities": None, "quality": 0.0, **size, "faces": []}
    assert lines == [{"type": "observation", "seen_at": at, **nothing} for at in (0.0, 1.0)]
