"""Faults of processes, sound server and library; a container shows them at this computer's own speed."""

from device.container import Container
from device.fault import Fault, shell

_GARBAGE = r"""
runuser -u mien-eye -g mien -- python3 - <<'END'
import random, socket, time
chance = random.Random(1)
until = time.monotonic() + 15
while time.monotonic() < until:
    line = chance.choice([chance.randbytes(chance.randrange(1, 300)), b"[" * 100_000, b"x" * 1_000_000])
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as player:
        player.settimeout(1)
        try:
            player.connect("/run/mien/eye.sock")
            player.sendall(line + b"\\n")
        except OSError:
            pass
END
"""


def kill(unit: str, signal: str) -> str:
    return f"systemctl kill --kill-whom=main --signal={signal} {unit}"


def kill_again_and_again(machine: Container) -> None:
    for _ in range(8):
        machine.run(f"{kill('mien', 'KILL')}; sleep 2.5", check=False)


def send_garbage(machine: Container) -> None:
    machine.run("systemctl stop mien-eye")
    machine.run(_GARBAGE)
    machine.run("systemctl start mien-eye")


def shrink_eye(machine: Container) -> None:
    machine.run(
        "cp /etc/mien/mien.toml /etc/mien/kept; printf '[eye]\nmemory_megabytes = 100\n' >> /etc/mien/mien.toml"
    )
    machine.run("systemctl restart mien-eye")


def heal_eye(machine: Container) -> None:
    machine.run("mv /etc/mien/kept /etc/mien/mien.toml; systemctl restart mien-eye")


def heat(machine: Container) -> None:
    machine.run(
        "set -e; mkdir -p /run/thermal/thermal_zone0; echo 95000 > /run/thermal/thermal_zone0/temp; "
        "echo cpu-thermal > /run/thermal/thermal_zone0/type; mount --bind /run/thermal /sys/class/thermal; "
        "systemctl restart mien-eye"
    )


def cool(machine: Container) -> None:
    machine.run("echo 45000 > /run/thermal/thermal_zone0/temp")


def stay_cool(machine: Container) -> None:
    machine.run("umount /sys/class/thermal; systemctl restart mien-eye")


def boot_without_sound(machine: Container) -> None:
    machine.run("systemctl disable bench-sound")
    machine.cut_power()
    machine.boot()


def pull_library(machine: Container) -> None:
    """Take the music away, and the track that plays, which VLC holds open, too."""
    machine.run("umount -l /srv/music")
    machine.skip()


def return_library(machine: Container) -> None:
    machine.run("mount --bind /bench-music /srv/music")


def cut_power(machine: Container) -> None:
    machine.cut_power()
    machine.boot()


FAULTS: tuple[Fault[Container], ...] = (
    Fault(
        "player killed",
        "`kill -9` of the player",
        shell(kill("mien", "KILL")),
        r"status=9/KILL",
        silence_limit_seconds=8.0,
    ),
    Fault(
        "player killed 8 times",
        "`kill -9` of the player each 2.5 s",
        kill_again_and_again,
        r"status=9/KILL",
        silence_limit_seconds=32.0,
        recovery_limit_seconds=40.0,
    ),
    Fault(
        "player hangs",
        "`kill -STOP` of the player",
        shell(kill("mien", "STOP")),
        r"[Ww]atchdog",
        silence_limit_seconds=75.0,
        recovery_limit_seconds=80.0,
    ),
    Fault(
        "eye killed",
        "`kill -9` of the eye",
        shell(kill("mien-eye", "KILL")),
        r"status=9/KILL",
    ),
    Fault(
        "eye hangs",
        "`kill -STOP` of the eye",
        shell(kill("mien-eye", "STOP")),
        r"[Ww]atchdog",
        shown="eye_silent",
        felt_seconds=20.0,
        recovery_limit_seconds=60.0,
    ),
    Fault(
        "eye leaks",
        "`eye.memory_megabytes` set below what an eye takes",
        shrink_eye,
        r"memory|MB",
        repair=heal_eye,
        lasts_seconds=20.0,
    ),
    Fault(
        "hearing killed",
        "`kill -9` of the child that hears the library",
        shell("pkill -KILL -f 'mien library attend'"),
        r"Hearing the library ended",
    ),
    Fault(
        "garbage from the eye",
        "malformed lines on the socket for 15 s, as the eye's user",
        send_garbage,
        r"not understood|a line of",
    ),
    Fault(
        "heat",
        "a thermal zone of 95 degrees",
        heat,
        r"°|[Hh]ot|[Ww]arm",
        repair=cool,
        after=stay_cool,
        shown="hot",
        recovery_limit_seconds=90.0,
    ),
    Fault(
        "sound server killed",
        "`kill -9` of PulseAudio, which systemd starts again",
        shell(kill("bench-sound", "KILL")),
        r"sound",
        silence_limit_seconds=20.0,
    ),
    Fault(
        "sound server gone",
        "PulseAudio stopped for 15 s",
        shell("systemctl stop bench-sound"),
        r"sound",
        repair=shell("systemctl start bench-sound"),
        shown="sound_lost",
        silence_limit_seconds=30.0,
    ),
    Fault(
        "no sound at boot",
        "booted without PulseAudio, which is started 15 s later",
        boot_without_sound,
        r"no sound",
        repair=shell("systemctl enable --now bench-sound"),
        shown="sound_missing",
        silence_limit_seconds=40.0,
    ),
    Fault(
        "library unmounted",
        "the music unmounted for 15 s, and another track asked for",
        pull_library,
        r"library|music folder|cannot be played",
        repair=return_library,
        shown="library_missing",
        silence_limit_seconds=40.0,
        recovery_limit_seconds=60.0,
    ),
    Fault(
        "machine killed",
        "the whole machine ended with SIGKILL, booted again",
        cut_power,
        r"Playing",
        silence_limit_seconds=15.0,
    ),
)
