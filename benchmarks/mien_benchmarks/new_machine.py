"""A Debian 12 with nothing but its essentials, in a folder, to install mien on."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

from mien_benchmarks.bench import BenchmarkError, output_of

_SUITE = "bookworm"
_INSTALLED_FILES = ("LICENSE", "README.md", "edge", "pyproject.toml", "requirements.lock", "requirements.sh", "systemd")
_OF_THIS_MACHINE = ("etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt")
_PATIENCE_SECONDS = 1800.0  # a slow network
_CHECKOUT = "root/mien"
# In a name space of its own, whose mounts end with it.
_ENTER = """
root=$1
for place in proc sys dev; do mount --rbind "/$place" "$root/$place"; done
while read -r place; do mkdir -p "$root$place"; mount --bind "$place" "$root$place"; done < <(printf %s "$3")
exec env --ignore-environment "${@:4}" chroot "$root" bash -euc "cd /root/mien; $2"
"""


def debian(folder: Path, told: Callable[[str], None]) -> Path:
    """Return a folder with a new Debian; one that was made before is used again.

    Raises:
        BenchmarkError: this user may not make one, or a program is missing.
    """
    base = folder / _SUITE
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        raise BenchmarkError(
            "A new Debian is made by root with mmdebstrap: run this as root, after apt-get install mmdebstrap."
        )
    if not base.exists():
        told(f"making a new Debian {_SUITE} in {base}")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "begun", ignore_errors=True)
        output_of(["mmdebstrap", "--variant=minbase", "--include=ca-certificates", "--quiet", _SUITE, folder / "begun"])
        (folder / "begun").rename(base)
    return base


def package_folders(configuration: str) -> list[Path]:
    """Return this machine's folders that pip installs from, of what `pip config list` says: there may be none.

    A page of an index in a folder leads to files that lie beside the index.
    """
    words = configuration.replace("'", " ").split()
    indexes = [Path(unquote(urlsplit(word).path)).parent for word in words if word.startswith("file:///")]
    named = dict.fromkeys([*indexes, *map(Path, words)])
    return [folder for folder in named if folder.is_absolute() and folder.is_dir()]


class NewMachine:
    """A copy of a Debian with what git knows of a checkout in it; its folder goes with the context.

    Args:
        base: what `debian` gave.
        checkout: of mien.
    """

    def __init__(self, base: Path, checkout: Path) -> None:
        self._root = base.with_name("machine")
        self._base, self._source = base, checkout
        self.checkout = self._root / _CHECKOUT

    def __enter__(self) -> NewMachine:
        """Make the copy."""
        self._remove()
        output_of(["cp", "--archive", "--reflink=auto", self._base, self._root])
        listed = output_of(["git", "-C", self._source, "ls-files", "-z", "--", *_INSTALLED_FILES])
        for name in filter(None, listed.split("\0")):
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._source / name, self.checkout / name)
        for name in _OF_THIS_MACHINE:
            if Path("/", name).exists():
                shutil.copy(Path("/", name), self._root / name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the copy."""
        self._remove()

    def run(self, command: str) -> str:
        """Run a line of bash in the machine's checkout, with this machine's network; return what it printed.

        Raises:
            BenchmarkError: it failed.
        """
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
        surroundings = {**kept, "HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        words = [f"{name}={value}" for name, value in surroundings.items()]
        folders = package_folders(output_of([sys.executable, "-m", "pip", "config", "list"]))
        given = ["enter", str(self._root), command, "".join(f"{folder}\n" for folder in folders), *words]
        return output_of(["unshare", "--mount", "bash", "-euc", _ENTER, *given], seconds=_PATIENCE_SECONDS)

    def packages(self) -> dict[str, int]:
        """Return the installed Debian packages with their bytes on disk."""
        listed = output_of(["chroot", self._root, "dpkg-query", "-W", "-f", r"${Package} ${Installed-Size}\n"])
        return {name: int(kibibytes) * 1024 for name, kibibytes in map(str.split, listed.splitlines())}

    def package_downloads(self, names: Iterable[str]) -> list[int]:
        """Return how many bytes of each installed package were downloaded."""
        shown = output_of(["chroot", self._root, "apt-cache", "show", "--no-all-versions", *names])
        return [int(line.split()[1]) for line in shown.splitlines() if line.startswith("Size:")]

    def kept_packages(self) -> int:
        """Return the bytes of the downloaded packages that apt has kept."""
        return sum(path.stat().st_size for path in (self._root / "var/cache/apt/archives").glob("*.deb"))

    def wheel_downloads(self) -> list[int]:
        """Return the size in bytes of each wheel that the virtual environment was made of."""
        self.run(
            ".venv/bin/pip list --format=freeze --exclude-editable --exclude pip --exclude setuptools "
            "| grep --invert-match +headless >/tmp/pins; "  # of a folder of mien
            ".venv/bin/pip download --quiet --no-deps --dest /tmp/wheels --requirement /tmp/pins"
        )
        return [path.stat().st_size for path in (self._root / "tmp/wheels").glob("*.whl")]

    def _remove(self) -> None:
        if self._root.exists():
            shutil.rmtree(self._root)
