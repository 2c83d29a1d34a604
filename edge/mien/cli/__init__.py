"""The command line."""

import os

# NumPy asks once, when it is loaded. Its threads wait for work at full speed: for matrices as small as a track's, that
# nearly doubles the processor time of hearing it and gains nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Pydantic would read the description of every installed package, to look for plugins that nothing here uses.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from mien.cli.main import main

__all__ = ["main"]
