"""A mail relay that keeps what it is given and can be told to refuse: where the desk's own mail arrives in tests."""

import asyncio
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mood(StrEnum):
    """What the sink says to a whole mail. HANG says nothing until the mood changes."""

    TAKE = "250 2.0.0 Taken"
    LATER = "451 4.3.0 Not now"
    NEVER = "550 5.1.1 Nobody by that name"
    HANG = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One mail, as the sink took it."""

    at: datetime
    mail_from: str
    rcpts: tuple[str, ...]
    mail: Message

    @property
    def message_id(self) -> str:
        """Without angle brackets."""
        return str(self.mail["Message-ID"]).strip("<> ")

    @property
    def body(self) -> str:
        """The text, of a mail that is text and HTML."""
        parts = [part for part in self.mail.walk() if part.get_content_type() == "text/plain"]
        payload = parts[0].get_payload(decode=True) if parts else b""
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


class _Visit(SMTP):
    """One connection; known to the sink, so that it can be closed."""

    def __init__(self, sink: "MailSink") -> None:
        super().__init__(sink, hostname="sink.example", enable_SMTPUTF8=True)
        self.sink = sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.sink.visits.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.visits.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class MailSink:
    """Listens in a thread of its own between `start` and `stop`."""

    def __init__(self) -> None:
        self.mood = Mood.TAKE
        self.received: list[Received] = []
        self.refused = 0
        self.hanging = 0  # mails that wait for the mood to change
        self.visits: set[_Visit] = set()
        self._port = 0
        self._open = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), name="sink", daemon=True)

    @property
    def url(self) -> str:
        """What to set INTAKE_SMTP_RELAY to."""
        return f"smtp://127.0.0.1:{self._port}"

    def __enter__(self) -> "MailSink":
        self._thread.start()
        assert self._open.wait(10), "the sink does not listen"
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.hanging += 1
        try:
            while self.mood is Mood.HANG:
                await asyncio.sleep(0.02)
        finally:
            self.hanging -= 1
        if self.mood is not Mood.TAKE:
            self.refused += 1
            return self.mood
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.received.append(
            Received(
                at=datetime.now(UTC),
                mail_from=envelope.mail_from or "",
                rcpts=tuple(envelope.rcpt_tos),
                mail=message_from_bytes(content),
            )
        )
        return self.mood

    async def _listen(self) -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Visit(self), "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._open.set()
        while not self._closing.is_set():
            await asyncio.sleep(0.05)
        server.close()
        while self.visits:
            for visit in list(self.visits):
                visit.hang_up()
            await asyncio.sleep(0.01)
