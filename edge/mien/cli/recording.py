"""The options that have a command record a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.options import is_service
from mien.config import Settings
from mien.errors import OutputError
from mien.printing import complain

if TYPE_CHECKING:
    from mien.trace import TraceWriter

TraceOption = Annotated[
    Path | None,
    typer.Option("--trace", help="Record what is seen into this file, as numbers: for `replay`.", show_default=False),
]
TraceLimitOption = Annotated[
    int, typer.Option("--trace-megabytes", min=1, help="The trace ends when it is so large; the music plays on.")
]
TRACE_MEGABYTES = 200


@contextmanager
def recording(path: Path | None, settings: Settings, megabytes: int) -> Iterator[TraceWriter | None]:
    """Give what records into a file, and end it in the end; None without a path.

    A service plays on without a trace that cannot be recorded.

    Raises:
        OutputError: there is such a file already, or it cannot be made, and this is no service.
    """
    if path is None:
        yield None
        return
    from mien.trace import TraceWriter

    try:
        writer = TraceWriter(path, settings, megabytes * 1_000_000)
    except OutputError as error:
        if not is_service():
            raise
        complain(str(error))
        yield None
        return
    with closing(writer):
        yield writer
