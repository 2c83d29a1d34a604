"""The page and the HTTP API, on this machine alone. They know the player only as `mien.ports.Control`."""
