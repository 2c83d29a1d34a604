"""The command line."""

from mien.cli.main import main

__all__ = ["main"]
