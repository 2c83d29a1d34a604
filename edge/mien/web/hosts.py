"""The names under which browsers may call the page.

A foreign site can have its own name resolve to this machine (DNS rebinding), and its scripts then count as this page's.
It cannot do so with an address, nor with a name that is not its own.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\[\]:@/?#\s]+))(?::\d{1,5})?")


class Hosts:
    """Tells what a browser may call the page.

    Args:
        names: further names, of the settings.
        on_network: the page is served to the network, not only to its own machine.
    """

    def __init__(self, names: Collection[str] = (), *, on_network: bool = False) -> None:
        self.on_network = on_network
        self._proxied = frozenset(name.lower() for name in names)
        own = socket.gethostname().lower().partition(".")[0]
        self._own = {socket.gethostname().lower(), own, f"{own}.local"} if on_network and own else set()

    def knows(self, host: str) -> bool:
        """Whether a Host header, with its port, names this machine."""
        name = _name(host)
        if name == "localhost" or name in self._proxied or name in self._own:
            return True
        address = _address(name)
        return address is not None and (self.on_network or address.is_loopback)

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Whether an Origin header is that of the page that a known Host header calls.

        A page of the settings' names may have come through a proxy that encrypts.
        """
        schemes = ("http", "https") if _name(host) in self._proxied else ("http",)
        return origin in (f"{scheme}://{host}" for scheme in schemes)


def called_address(listen: str) -> str:
    """Return by which address this machine calls what listens on one of its own; all of them are called by one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen, listen)  # noqa: S104 - called, not served


def _name(host: str) -> str:
    found = _HOST.fullmatch(host)
    return "" if found is None else found[1] or found[2]


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
