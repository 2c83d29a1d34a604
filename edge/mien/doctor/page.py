"""Is the page served to whom the settings say?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note

_LISTENING = "0A"
# As /proc/net/tcp writes 127.0.0.1, and /proc/net/tcp6 ::1.
_LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def check(settings: Settings, root: Path = Path("/")) -> Finding:
    """Look at who may reach the page's port."""
    port = settings.web.port
    if not settings.web.enabled:
        return note("page", "No page is served (web.enabled is false).")
    listeners = list(_listeners(port, root))
    verb = "is" if listeners else "will be"
    if settings.web.on_network:
        return note(
            "page",
            f"The page {verb} served to the network on {settings.web.listen}, port {port}, to who has the token; who "
            "listens in there gets to know it (docs/network.md).",
        )
    if all(address in _LOOPBACK for address in listeners):
        return good("page", f"The page {verb} served on this machine alone, at http://127.0.0.1:{port}.")
    return bad(
        "page",
        f"Something listens on port {port} for the whole network, which mien does not with these settings: "
        "`sudo ss -ltnp` names it; end it, or set another web.port.",
    )


def _listeners(port: int, root: Path) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (root / "proc/net" / table).read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *_ = line.split()
                address, _, number = local.partition(":")
                if state == _LISTENING and int(number, 16) == port:
                    yield address
