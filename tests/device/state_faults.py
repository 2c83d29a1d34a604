"""Faults of the files that mien keeps, and of the disk below them; a container shows them at this computer's speed."""

from device.container import Container
from device.fault import Fault, shell

STATE = "/var/lib/mien"


def torn(*files: str) -> str:
    """Return a command line that fills the middle of files with noise, as a torn write does, while no player runs."""
    tear = "; ".join(
        f"dd if=/dev/urandom of={file} bs=1 conv=notrunc status=none "
        f"seek=$(($(stat -c %s {file}) / 4)) count=$(($(stat -c %s {file}) / 2))"
        for file in files
    )
    return f"systemctl stop mien; {tear}; systemctl start --no-block mien"


def tear_settings(machine: Container) -> None:
    machine.run("cp /etc/mien/mien.toml /etc/mien/kept; head -c 20 /etc/mien/kept > /etc/mien/mien.toml")
    machine.run("systemctl kill --kill-whom=all --signal=KILL mien mien-eye")


def heal_settings(machine: Container) -> None:
    machine.run("mv /etc/mien/kept /etc/mien/mien.toml; systemctl restart mien mien-eye")


def fill_disk(machine: Container) -> None:
    """Put the state on a file system of 16 MB, and leave no byte of it free."""
    machine.run(
        f"systemctl stop mien; mkdir -p /run/kept; cp -a {STATE}/. /run/kept; "
        f"mount -t tmpfs -o size=16M,mode=700,uid=mien,gid=mien state {STATE}; cp -a /run/kept/. {STATE}; "
        f"dd if=/dev/zero of={STATE}/filler bs=4k status=none; systemctl start mien",
        check=False,
    )


def clear_disk(machine: Container) -> None:
    machine.run(f"rm {STATE}/filler")


def unmount_state(machine: Container) -> None:
    machine.run(f"systemctl stop mien; umount {STATE}; systemctl start mien")


def boot_read_only(machine: Container) -> None:
    machine.cut_power()
    machine.lock_disk(locked=True)
    machine.boot("--read-only")


def boot_writable(machine: Container) -> None:
    machine.cut_power()
    machine.lock_disk(locked=False)
    machine.boot()


FAULTS: tuple[Fault[Container], ...] = (
    Fault(
        "index torn",
        "half of library.sqlite overwritten with noise between two runs of the player",
        shell(torn(f"{STATE}/library.sqlite")),
        r"index|library\.sqlite",
        silence_limit_seconds=12.0,
    ),
    Fault(
        "memory torn",
        "half of memory.sqlite overwritten with noise between two runs of the player",
        shell(torn(f"{STATE}/memory.sqlite")),
        r"memory\.sqlite|what was played",
        silence_limit_seconds=12.0,
    ),
    Fault(
        "place torn",
        "half of place.json overwritten with noise between two runs of the player",
        shell(torn(f"{STATE}/place.json")),
        r"place",
        silence_limit_seconds=12.0,
    ),
    Fault(
        "settings torn",
        "mien.toml cut off after 20 bytes, both services killed",
        tear_settings,
        r"settings",
        repair=heal_settings,
        lasts_seconds=20.0,
        silence_limit_seconds=16.0,
    ),
    Fault(
        "disk full",
        "the state on a file system without a free byte, the player started on it",
        fill_disk,
        r"full|No space|cannot be kept|cannot be written",
        repair=clear_disk,
        after=unmount_state,
        lasts_seconds=30.0,
        shown="state_unwritable",
        silence_limit_seconds=12.0,
        recovery_limit_seconds=90.0,
    ),
    Fault(
        "root read-only",
        "booted from a root file system that cannot be written",
        boot_read_only,
        r"[Rr]ead-only|cannot be kept|cannot be written",
        repair=boot_writable,
        shown="state_unwritable",
        lasts_seconds=20.0,
        silence_limit_seconds=30.0,
    ),
)
