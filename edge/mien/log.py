"""Where diagnostics go: standard error, without times under the journal, which has its own."""

from __future__ import annotations

import logging
import os
import sys

LEVELS = ("debug", "info", "warning", "error")


def set_up(level: str) -> None:
    """Send mien's diagnostics of this level and above to standard error."""
    under_journal = "JOURNAL_STREAM" in os.environ
    form = "%(levelname)s %(message)s" if under_journal else "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(level=level.upper(), format=form, datefmt="%H:%M:%S", stream=sys.stderr, force=True)
