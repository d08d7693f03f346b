"""Mails written for these tests."""

from datetime import UTC, datetime

from intake.domain.arrival import Arrival
from intake.domain.channel import Channel

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def letter(body: str, *, headers: str = "", subject: str = "Printer", sender: str = "Ada Byte <ada@users.example>") -> bytes:
    """A plain UTF-8 mail; `headers` are further lines."""
    lines = [
        f"From: {sender}",
        "To: Help Desk <desk@help.example>",
        f"Subject: {subject}",
        "Date: Mon, 05 Jan 2026 11:59:00 +0000",
        "Message-ID: <one@users.example>",
        *headers.splitlines(),
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode()


def html_letter(html: str) -> bytes:
    head = "From: ada@users.example\r\nSubject: Printer\r\nMessage-ID: <two@users.example>\r\n"
    return f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()


def arrival(raw: bytes, **envelope: str) -> Arrival:
    return Arrival(channel=Channel.EMAIL, received_at=NOON, raw=raw, envelope=envelope)
