"""Ways out of the player: what others see of it, and how they steer it. Each is off unless the settings name it.

A bridge has `start()` and `close()`, runs on threads of its own, and knows the player by `ports.Control` alone. Music
plays on, whatever comes from outside.
"""
