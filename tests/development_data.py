"""The development data folder: real faces beside the checkout. Tests that need it skip where it is missing."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


def development_data(*parts: str) -> Path:
    """Return a place in the folder, or skip the test."""
    path = Path(os.environ.get("MIEN_DEV_DATA") or _ROOT / "../shared/data", *parts)
    if not path.exists():
        pytest.skip(f"needs the development data ({path} is not there; set MIEN_DEV_DATA)")
    return path
