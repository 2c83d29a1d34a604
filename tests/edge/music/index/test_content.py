"""Hashes of real files."""

import random
from pathlib import Path

import pytest

from mien.errors import UnreadableError
from mien.music.index.content import content_hash


@pytest.mark.parametrize("size", [0, 1, 128 * 1024, 128 * 1024 + 1, 1_000_000])
def test_a_copy_has_the_same_hash_and_another_file_another(tmp_path: Path, size: int) -> None:
    content = random.Random(size).randbytes(size)
    other = content.translate(bytes(reversed(range(256))))
    for name, written in (("a", content), ("b", content), ("longer", content + b"\0"), ("other", other)):
        (tmp_path / name).write_bytes(written)

    hashes = {name: content_hash(tmp_path / name) for name in ("a", "b", "longer", "other")}

    assert len(hashes["a"]) == 16
    assert hashes["a"] == hashes["b"] != hashes["longer"]
    assert (hashes["a"] == hashes["other"]) == (size == 0)


@pytest.mark.parametrize("place", [0, 20_000, 500_000, 999_999])
def test_head_middle_and_tail_count(tmp_path: Path, place: int) -> None:
    content = bytearray(1_000_000)
    (tmp_path / "a").write_bytes(content)
    content[place] = 1
    (tmp_path / "b").write_bytes(content)

    assert content_hash(tmp_path / "a") != content_hash(tmp_path / "b")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        content_hash(tmp_path / "none")
