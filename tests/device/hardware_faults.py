"""Faults of camera, sound card, stick, clock, memory, network and plug, which only a virtual machine has."""

from collections.abc import Callable

from device.fault import Fault, shell
from device.virtual_machine import VirtualMachine

CAMERA = "$(ls /dev/video* | head -n 1)"
SETTINGS = "/etc/mien/mien.toml"
Act = Callable[[VirtualMachine], None]


def boot_without(*devices: str, options: str = "") -> Act:
    """Return what pulls the plug of the machine and boots it without some of its devices."""

    def act(machine: VirtualMachine) -> None:
        machine.run("sync")
        machine.cut_power()
        machine.plugged -= set(devices)
        machine.boot(options)

    return act


def plug(device: str) -> Act:
    """Return what puts a device in."""

    def act(machine: VirtualMachine) -> None:
        machine.plug(device)
        if device == "stick":
            machine.run("for i in $(seq 50); do mount /srv/music && break; sleep 1; done", 60.0)

    return act


def unplug(device: str) -> Act:
    """Return what pulls a device out."""

    def act(machine: VirtualMachine) -> None:
        machine.unplug(device)

    return act


def cut_power(machine: VirtualMachine) -> None:
    """Pull the plug while it plays, and boot again."""
    machine.cut_power()
    machine.boot()


def move_camera(machine: VirtualMachine) -> None:
    """Plug the camera in again, under another number."""
    machine.run("for i in $(seq 20); do rmmod vivid && break; sleep 1; done; modprobe vivid vid_cap_nr=7", 60.0)


def set_clock(time: str) -> Act:
    """Return what sets the clock."""
    return shell(f"date -s '{time}'")


def set_link(*, up: bool) -> Act:
    """Return what plugs the network's cable in or out."""

    def act(machine: VirtualMachine) -> None:
        machine.monitor("set_link", name="net", up=up)

    return act


def swap_cards(machine: VirtualMachine) -> None:
    """Boot with another card before the one that the settings name by its name."""
    machine.run(f'printf \'[audio]\\noutput = "alsa"\\ndevice = "default:CARD=Audio"\\n\' >> {SETTINGS}; sync')
    machine.cut_power()
    machine.plugged.add("other")
    machine.boot()


def swap_back(machine: VirtualMachine) -> None:
    machine.run(f"cp /etc/mien/bench.toml {SETTINGS}; sync")
    machine.cut_power()
    machine.plugged.discard("other")
    machine.boot()


FAULTS: tuple[Fault[VirtualMachine], ...] = (
    Fault(
        "camera unplugged",
        "`v4l2-ctl -c disconnect=1`, then unloaded and loaded again as /dev/video7",
        shell(f"v4l2-ctl -d {CAMERA} -c disconnect=1"),
        r"camera",
        repair=move_camera,
        shown="camera_lost",
    ),
    Fault(
        "camera busy",
        "another program streams from it while the eye starts anew",
        shell(
            "systemctl stop mien-eye; systemd-run --unit=thief v4l2-ctl -d "
            f"{CAMERA} --stream-mmap --stream-count=0; sleep 2; systemctl start mien-eye"
        ),
        r"camera",
        repair=shell("systemctl stop thief"),
        shown="camera_busy",
        lasts_seconds=20.0,
    ),
    Fault(
        "picture black",
        "the camera gives a black picture",
        shell(f"v4l2-ctl -d {CAMERA} -c test_pattern=5,osd_text_mode=2"),
        r"black|dark",
        repair=shell(f"v4l2-ctl -d {CAMERA} -c test_pattern=0,osd_text_mode=0"),
        shown="picture_black",
        lasts_seconds=20.0,
    ),
    Fault(
        "picture frozen",
        "the camera gives the same picture again and again",
        shell(f"v4l2-ctl -d {CAMERA} -c osd_text_mode=2"),
        r"frozen|same picture",
        repair=shell(f"v4l2-ctl -d {CAMERA} -c osd_text_mode=0"),
        shown="picture_frozen",
        lasts_seconds=20.0,
    ),
    Fault(
        "camera stalled",
        "the camera gives no picture any more (`v4l2-ctl -c percentage_of_dropped_buffers=100`)",
        shell(f"v4l2-ctl -d {CAMERA} -c percentage_of_dropped_buffers=100"),
        r"camera",
        repair=shell(f"v4l2-ctl -d {CAMERA} -c percentage_of_dropped_buffers=0"),
        shown="camera_lost",
        lasts_seconds=20.0,
    ),
    Fault(
        "no camera at boot",
        "booted without a camera, which is plugged in 15 s later",
        boot_without(options="bench.no_camera"),
        r"camera",
        repair=shell("modprobe vivid"),
        shown="camera_missing",
        silence_limit_seconds=15.0,
    ),
    Fault(
        "sound card unplugged",
        "the USB card pulled out (QEMU's `device_del`) and put in again",
        unplug("card"),
        r"sound",
        repair=plug("card"),
        shown="sound_lost",
        silence_limit_seconds=30.0,
    ),
    Fault(
        "no sound card at boot",
        "booted without the USB card, which is put in 15 s later",
        boot_without("card"),
        r"sound",
        repair=plug("card"),
        shown="sound_missing",
        silence_limit_seconds=40.0,
    ),
    Fault(
        "sound card busy",
        "another program holds the card while the player starts anew",
        shell(
            "systemctl stop mien; systemd-run --unit=thief aplay -q -D hw:CARD=Audio -f S16_LE -r 48000 -c 2 "
            "/dev/zero; sleep 1; systemctl start --no-block mien"
        ),
        r"sound",
        repair=shell("systemctl stop thief"),
        shown="sound_busy",
        lasts_seconds=20.0,
        silence_limit_seconds=45.0,
    ),
    Fault(
        "card order changed",
        "booted with another card before the one that the settings name",
        swap_cards,
        r"[Ss]ound",
        after=swap_back,
        silence_limit_seconds=15.0,
    ),
    Fault(
        "stick pulled",
        "the USB stick with the music pulled out (QEMU's `device_del`), put in again and mounted",
        unplug("stick"),
        r"library|music folder|could not be played",
        repair=plug("stick"),
        shown="library_missing",
        silence_limit_seconds=60.0,
        recovery_limit_seconds=60.0,
    ),
    Fault(
        "no stick at boot",
        "booted without the USB stick with the music, which is put in 15 s later",
        boot_without("stick"),
        r"library|music folder",
        repair=plug("stick"),
        shown="library_missing",
        silence_limit_seconds=60.0,
    ),
    Fault("clock ahead", "`date` set ten years ahead", set_clock("+10 years"), None, after=set_clock("-10 years")),
    Fault("clock behind", "`date` set to 1970", set_clock("1970-01-02"), None, after=set_clock("2026-11-23")),
    Fault("network gone", "the cable pulled out", set_link(up=False), None, repair=set_link(up=True)),
    Fault(
        "eye out of memory",
        "MemoryMax of the eye's unit below what it takes: the kernel ends it",
        shell("systemctl set-property --runtime mien-eye MemoryMax=60M MemorySwapMax=0"),
        r"oom-kill|OOM",
        repair=shell("systemctl set-property --runtime mien-eye MemoryMax=infinity"),
        shown="eye_gone",
    ),
    Fault(
        "power cut",
        "the machine killed while it plays, booted again",
        cut_power,
        r"Playing",
        silence_limit_seconds=15.0,
    ),
)
