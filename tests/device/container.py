"""The machine as a container: a real systemd at this computer's speed, with a sound server, without camera or card."""

import os
import signal
import subprocess
from pathlib import Path

from device.machine import Machine, wait_for

_SETTINGS = """
[camera]
source = "/opt/bench/face.mp4"

[music]
library = "/srv/music"

[paths]
state = "/var/lib/mien"
"""
_GONE_SECONDS = 20.0
# In control groups of its own: its systemd would take another container's processes for its own.
_APART = 'while [ "$1" != -- ]; do mkdir -p "$1"; echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"'


class Container(Machine):
    """A container on a layer over the made files, which outlives its boots. Its camera is a clip of half an hour."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "container", 1.0)
        self._root = self.own / "root"
        hierarchies = [Path("/sys/fs/cgroup", name) for name in ("systemd", "unified")]
        self._groups = [one / f"mien-bench-{os.getpid()}" for one in hierarchies if one.exists()]
        for part in (self._root, self.own / "upper", self.own / "work"):
            part.mkdir()
        lower = self.made / "rootfs"
        layers = f"lowerdir={lower},upperdir={self.own / 'upper'},workdir={self.own / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(self._root)], check=True)
        (self._root / "etc/mien/mien.toml").write_text(_SETTINGS)
        for slow in (self._root / "etc/systemd/system").glob("*/slow.conf"):
            slow.unlink()

    def command(self, options: str) -> list[str]:
        """Return the container's command line."""
        return [
            *("sh", "-c", _APART, "sh", *map(str, self._groups), "--"),
            *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--link-journal=no"),
            *("--hostname=bench", f"--directory={self._root}", f"--bind={self.own}:/bench:norbind"),
            *(f"--bind-ro={self.made / 'music'}:/srv/music", f"--bind-ro={self.made / 'music'}:/bench-music"),
            *("--boot", "systemd.unified_cgroup_hierarchy=1", *options.split()),
        ]

    def lock_disk(self, *, locked: bool) -> None:
        """Let nothing be written to its disk from the next boot on; or let it again."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if locked else 'rw'}", str(self._root)], check=True)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """End the container's first process, and with it all others: they would outlive the one that started it."""
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        process.kill()

    def _gone(self) -> None:
        super()._gone()
        wait_for("the container's processes are gone", lambda: not self._processes(), _GONE_SECONDS)

    def _processes(self) -> str:
        return "".join(file.read_text() for group in self._groups for file in group.rglob("cgroup.procs"))

    def close(self) -> None:
        """Switch off, and take the layer off."""
        super().close()
        for group in self._groups:
            for folder in sorted(group.rglob("*/"), reverse=True):
                folder.rmdir()
            group.rmdir()
        subprocess.run(["umount", str(self._root)], check=True)
