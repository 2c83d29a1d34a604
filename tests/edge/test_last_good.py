"""A service plays whatever its settings file looks like; a person at a terminal is told what is wrong with it."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest

from mien.config import load
from mien.errors import SettingsError
from mien.last_good import load_for_service
from mien.setting_layers import default_values

DEFAULT = resources.files("mien").joinpath("default.toml").read_bytes()
VALUES = [
    "0",
    "-1",
    "1e400",
    "nan",
    "true",
    '""',
    '"\\u0000"',
    "[]",
    "[[1]]",
    "{}",
    "1979-05-27",
    "99999999999999999999",
]
KEYS = [(section, key) for section, keys in default_values().items() if section != "profile" for key in keys]

Mutation = Callable[[random.Random], bytes]


def flipped(chance: random.Random) -> bytes:
    content = bytearray(DEFAULT)
    for _ in range(chance.randrange(1, 20)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def spliced(chance: random.Random) -> bytes:
    first, second = sorted(chance.randrange(len(DEFAULT)) for _ in range(2))
    return DEFAULT[:first] + DEFAULT[second:]


def valued(chance: random.Random) -> bytes:
    section, key = chance.choice(KEYS)
    return f"[{section}]\n{key} = {chance.choice(VALUES)}\n".encode()


def named(chance: random.Random) -> bytes:
    section, key = chance.choice(KEYS)
    return f"[{section}{chance.choice(['', 'x', '.x'])}]\n{key}{chance.choice(['x', '.x', ''])} = 1\n".encode()


def zeroed(chance: random.Random) -> bytes:
    start = chance.randrange(len(DEFAULT))
    return DEFAULT[:start] + bytes(min(4096, len(DEFAULT) - start)) + DEFAULT[start + 4096 :]


MUTATIONS: tuple[Mutation, ...] = (
    flipped,
    spliced,
    valued,
    named,
    zeroed,
    lambda chance: DEFAULT[: chance.randrange(len(DEFAULT))],
    lambda chance: chance.randbytes(chance.randrange(4000)),
    lambda chance: b"x = " + b"[" * chance.randrange(1, 100_000),
    lambda chance: b"[a" + b".a" * chance.randrange(1, 2000) + b"]\nb = 1\n",
    lambda chance: b"x = {a" + b".a" * chance.randrange(1, 3000) + b" = 1}\n",
    lambda chance: b"[camera]\nsource = '" + b"x" * chance.randrange(1, 2_000_000) + b"'\n",
    lambda chance: b"x = " + b"9" * chance.randrange(1, 20_000),
    lambda chance: chance.choice([b"\xef\xbb\xbf", b"\xff\xfe"]) + DEFAULT,
    lambda chance: DEFAULT.replace(b"\n", chance.choice([b"\r", b"\r\n", b"\0", b" "])),
)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have whatever takes longer fail, instead of hanging."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def refusals(file: Path, count: int) -> list[str]:
    """Read so many malformed files, and return what was said of those that were refused."""
    chance, said = random.Random(5), []
    for number in range(count):
        file.write_bytes(MUTATIONS[number % len(MUTATIONS)](chance))
        with within(10.0):
            try:
                load(file)
            except SettingsError as error:
                said.append(str(error))
    return said


@pytest.mark.parametrize("count", [84, pytest.param(1000, marks=pytest.mark.slow)])
def test_malformed_files_give_one_sentence_or_good_settings(tmp_path: Path, count: int) -> None:
    said = refusals(tmp_path / "mien.toml", count)
    assert 0.6 * count < len(said) < count
    for sentence in said:
        assert "\n" not in sentence
        assert str(tmp_path / "mien.toml") in sentence
        assert len(sentence) < 10_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "etc/mien.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "state/mien.toml.good"


def edit(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def test_a_good_file_is_used_and_copied_once(file: Path, copy: Path) -> None:
    edit(file, "[music]\nseed = 5\n")
    read = load_for_service(file, {"web": {"port": 1}}, [copy])
    assert (read.settings.music.seed, read.settings.web.port, read.file, read.complaint) == (5, 1, file, None)
    assert copy.read_text() == file.read_text()

    before = copy.stat()
    load_for_service(file, None, [copy])
    assert (copy.stat().st_ino, copy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("torn", ["", "[music]\nse", "[music]\nseed = 'x'\n", "\0" * 200])
def test_a_torn_file_leaves_the_last_good_one_in_force(file: Path, copy: Path, torn: str) -> None:
    edit(file, "[music]\nseed = 5\n")
    load_for_service(file, None, [copy])
    edit(file, torn)
    read = load_for_service(file, {"web": {"port": 1}}, [copy])
    assert (read.settings.music.seed, read.settings.web.port, read.file) == (5, 1, copy)
    assert read.complaint is not None
    assert str(file) in read.complaint
    assert read.complaint.endswith(f"Until then the last good ones are used ({copy}).")
    assert copy.read_text() == "[music]\nseed = 5\n"


@pytest.mark.parametrize("copied", [None, "[music]\nse"])
def test_without_a_good_copy_the_defaults_are_in_force(file: Path, copy: Path, copied: str | None) -> None:
    edit(file, "[musik]\n")
    if copied is not None:
        edit(copy, copied)
    read = load_for_service(file, None, [copy])
    assert read.settings == load(Path("/dev/null")) == load(read.file)
    assert read.complaint is not None
    assert read.complaint.endswith("Until then the defaults are used.")


def test_what_the_command_line_says_wrongly_is_refused(file: Path, copy: Path) -> None:
    edit(file, "")
    with pytest.raises(SettingsError, match="command line"):
        load_for_service(file, {"camera": {"source": ""}}, [copy])


def test_a_copy_that_cannot_be_kept_costs_nothing(file: Path, tmp_path: Path) -> None:
    edit(file, "[music]\nseed = 5\n")
    (tmp_path / "file").touch()
    read = load_for_service(file, None, [tmp_path / "file/copy"])
    assert (read.settings.music.seed, read.complaint) == (5, None)


def test_without_any_file_there_is_nothing_to_copy(tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    read = load_for_service(None, None, [copy])
    assert (read.settings, read.file, read.complaint) == (load(Path("/dev/null")), None, None)
    assert not copy.exists()


def test_the_first_copy_that_can_be_used_is(file: Path, tmp_path: Path) -> None:
    copies = [tmp_path / "state/mien.toml.good", tmp_path / "run/mien.toml.good"]
    edit(file, "[music]\nseed = 5\n")
    load_for_service(file, None, copies)
    assert [copy.read_text() for copy in copies] == [file.read_text()] * 2
    assert [copy.stat().st_mode & 0o777 for copy in copies] == [0o640] * 2
    edit(file, "[musik]\n")
    edit(copies[0], "torn = ")
    read = load_for_service(file, None, copies)
    assert (read.settings.music.seed, read.file) == (5, copies[1])


def test_a_copy_that_the_power_took_from_memory_comes_back(file: Path, tmp_path: Path) -> None:
    copies = [tmp_path / "state/mien.toml.good", tmp_path / "run/mien.toml.good"]
    edit(copies[0], "[music]\nseed = 5\n")
    edit(file, "")
    assert load_for_service(file, None, copies).settings.music.seed == 5
    assert copies[1].read_text() == "[music]\nseed = 5\n"


def test_a_deleted_file_means_the_defaults(file: Path, copy: Path) -> None:
    edit(copy, "[music]\nseed = 5\n")
    read = load_for_service(file, None, [copy])
    assert (read.settings, read.complaint) == (load(Path("/dev/null")), None)
    assert copy.read_text() == "[music]\nseed = 5\n"


def test_a_copy_is_as_closed_as_the_file(file: Path, copy: Path) -> None:
    edit(file, '[web]\ntoken = "a-token-of-the-owner"\n')
    for mode, copied in ((0o600, 0o600), (0o644, 0o640), (0o640, 0o640), (0o600, 0o600), (0o666, 0o640)):
        file.chmod(mode)
        assert load_for_service(file, None, [copy]).settings.web.token
        assert copy.stat().st_mode & 0o777 == copied
