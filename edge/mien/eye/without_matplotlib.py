"""Keeps matplotlib out of the process while MediaPipe loads, which imports it for drawings that mien does not make.

It would want a folder to write its list of fonts into, which the eye has none of, half a second and 40 MB.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without_matplotlib() -> Iterator[None]:
    """Stand empty modules in for matplotlib's, and take them away again; one that is loaded already stays."""
    names = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in names})
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
