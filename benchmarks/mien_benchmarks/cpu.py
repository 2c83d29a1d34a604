"""The machine that measures."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
_VERSIONS = ("onnxruntime", "opencv-python-headless")


def machine(cpu_info: Path = CPU_INFO) -> str:
    """Return the processor with its cores, and the versions that a figure depends on."""
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    cores = len(os.sched_getaffinity(0))
    return f"{_model(cpu_info)}, {cores} cores, Python {platform.python_version()}, {versions}"


def _model(cpu_info: Path) -> str:
    named = (line.partition(":")[2].strip() for line in cpu_info.read_text().splitlines() if line.startswith("model n"))
    return next(named, platform.machine())
