"""A client of SMTP or LMTP that says what it likes, byte for byte."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


class Talk:
    """A client that says what it likes."""

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire
        self._lines = wire.makefile("rb")

    def close(self) -> None:
        self._lines.close()

    def hears(self) -> bytes:
        """A whole answer; empty if the other side hung up."""
        heard = b""
        while (line := self._lines.readline())[3:4] == b"-":
            heard += line
        return heard + line

    def says(self, *lines: bytes) -> list[bytes]:
        """All in one piece; one answer to each."""
        self.wire.sendall(b"".join(line + b"\r\n" for line in lines))
        return [self.hears() for _ in lines]

    def brings(self, mail: bytes, to: bytes = b"desk@localhost") -> bytes:
        self.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<%s>" % to, b"DATA")
        return self.says(mail + b"\r\n.")[0]


@contextmanager
def talking(place: str, greeting: bytes = b"EHLO client.example") -> Iterator[Talk]:
    host, _, port = place.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        talk = Talk(wire)
        talk.hears()
        talk.says(greeting)
        try:
            yield talk
        finally:
            talk.close()
