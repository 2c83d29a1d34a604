"""What the command line makes of whatever answers on the page's port."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import socket

import pytest
from edge.web.fake_control import FakeControl

from mien.errors import LinkError
from mien.types import BaselineStage, BaselineState
from mien.web.client import PlayerPage
from mien.web.server import WebServer, listen


@contextmanager
def answering(body: bytes, status: str = "200 OK") -> Iterator[PlayerPage]:
    """Answer one question with anything at all."""

    def answer(listener: socket) -> None:
        caller, _ = listener.accept()
        with caller:
            caller.recv(10_000)
            head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n"
            try:
                caller.sendall(head.encode() + body)
            except OSError:  # who asked has heard enough
                return

    with closing(listen(0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        yield PlayerPage(listener.getsockname()[1])
        thread.join(30)


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"[]", b"[" * 200_000, b'{"stage": "known", "seconds": Infinity, "message": "m"}',
     b'{"stage": "known", "seconds": "many", "message": "m"}', b'{"stage": "wise", "seconds": 1, "message": "m"}',
     b"{}", b" " * 30_000_000 + b'{"stage": "known", "seconds": 45, "message": "m"}'],
)  # fmt: skip
def test_what_no_player_says_is_one_sentence(body: bytes) -> None:
    with answering(body) as page, pytest.raises(LinkError, match="is no player of this version"):
        page.ask("learn")


@pytest.mark.parametrize("baseline", [b"7", b"[]", b'{"stage": "known", "seconds": -Infinity, "message": "m"}'])
def test_a_state_that_is_none_is_one_sentence(baseline: bytes) -> None:
    with answering(b'{"baseline": ' + baseline + b"}") as page, pytest.raises(LinkError, match="is no player"):
        page.baseline()


def test_a_player_is_believed_and_its_refusal_told() -> None:
    with answering(b'{"stage": "known", "seconds": 45, "message": "So it is."}') as page:
        assert page.ask("learn") == BaselineState(BaselineStage.KNOWN, 45, "So it is.")
    with (
        answering(b'{"error": "The player is busy."}', "503 Service Unavailable") as page,
        pytest.raises(LinkError, match=r"^The player is busy\.$"),
    ):
        page.ask("forget")


def test_where_nobody_answers_there_is_no_player() -> None:
    with socket() as held:
        held.bind(("127.0.0.1", 0))
        assert PlayerPage(held.getsockname()[1]).baseline() is None


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "127.0.0.3", "::1", "::"])
def test_a_player_is_asked_with_the_token_where_it_listens(control: FakeControl, address: str) -> None:
    listener = listen(0, address)
    port = listener.getsockname()[1]
    with closing(WebServer(control, listener, token="a-token-of-the-owner")) as server:
        server.start()
        learned = PlayerPage(port, address, "a-token-of-the-owner").ask("learn")
        assert learned is not None
        assert learned.stage is BaselineStage.LEARNING
        with pytest.raises(LinkError, match="needs the token"):
            PlayerPage(port, address).baseline()
