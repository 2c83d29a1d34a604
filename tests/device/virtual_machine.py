"""The machine as an emulated computer: its own kernel, a V4L2 camera, a USB sound card, a USB stick, a disk, a plug."""

import json
import socket
import subprocess
from pathlib import Path

from device.machine import BenchError, Machine

_CARD = {"driver": "usb-audio", "id": "card", "audiodev": "card", "bus": "usb.0"}
_STICK = {"driver": "usb-storage", "id": "stick", "drive": "music", "bus": "usb.0"}
_OTHER = {"driver": "AC97", "id": "other", "audiodev": "other"}
DEVICES = {"card": _CARD, "stick": _STICK, "other": _OTHER}


class VirtualMachine(Machine):
    """A QEMU machine on a layer over the made disk, which outlives its boots. The music lies on the USB stick.

    Args:
        folder: what `make_machine.sh` made.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "vm", 10.0)
        self.plugged = {"card", "stick"}  # at the next boot
        layer = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(self.made / "root.img")]
        subprocess.run([*layer, str(self.own / "root.qcow2")], check=True)

    def command(self, options: str) -> list[str]:
        """Return QEMU's command line."""
        boot = self.made / "rootfs/boot"
        (kernel,), (initrd,) = boot.glob("vmlinuz-*"), boot.glob("initrd.img-*")
        audio = f"wav,path={self.own / 'sound'},out.frequency=44100"
        return [
            *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1536"),
            *("-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot"),
            *("-kernel", str(kernel), "-initrd", str(initrd)),
            *("-append", f"root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 mitigations=off {options}"),
            *("-drive", f"file={self.own / 'root.qcow2'},if=virtio,format=qcow2,discard=unmap"),
            *(
                "-blockdev",
                f"raw,node-name=music,read-only=on,file.driver=file,file.filename={self.made / 'music.img'}",
            ),
            *(
                "-device",
                "virtio-serial",
                "-chardev",
                f"socket,id=agent,path={self.own / 'agent.sock'},server=on,wait=off",
            ),
            *("-device", "virtserialport,chardev=agent,name=bench"),
            *("-qmp", f"unix:{self.own / 'qmp.sock'},server=on,wait=off"),
            *("-netdev", "user,id=net,restrict=on", "-device", "virtio-net,netdev=net,id=net"),
            *("-audiodev", f"{audio},id=card", "-audiodev", "none,id=other"),
            *("-device", "qemu-xhci,id=usb"),
            *(part for name in sorted(self.plugged) for part in ("-device", json.dumps(DEVICES[name]))),
        ]

    def unplug(self, name: str) -> None:
        """Pull the `card` or the `stick` out."""
        self.monitor("device_del", id=name)
        self.plugged.discard(name)

    def plug(self, name: str) -> None:
        """Put the `card` or the `stick` in."""
        self.monitor("device_add", **DEVICES[name])
        self.plugged.add(name)

    def monitor(self, command: str, **arguments: object) -> None:
        """Have QEMU do something to the hardware.

        Raises:
            BenchError: it refuses.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(20)
            connection.connect(str(self.own / "qmp.sock"))
            with connection.makefile("rw") as lines:
                for request in ("qmp_capabilities", command):
                    given = arguments if request == command else {}
                    lines.write(json.dumps({"execute": request, "arguments": given}) + "\n")
                    lines.flush()
                    self._check(lines)

    @staticmethod
    def _check(lines: "object") -> None:
        for line in lines:  # type: ignore[attr-defined]
            answer = json.loads(line)
            if "error" in answer:
                raise BenchError(f"QEMU refuses: {answer['error']['desc']}")
            if "return" in answer:
                return
