"""The mailboxes that mail is fetched from, if any: what speaks IMAP and HTTP to servers is loaded for the first of them, and a
desk without one does not carry its 3 MB."""

from collections.abc import Callable
from typing import Protocol

from channels.email.listening.listen import Receive
from channels.serve.compose import Parts
from channels.serve.writer import Writer


class Fetching(Protocol):
    def open(self) -> None: ...

    async def close(self, grace: float, /) -> None: ...


class _Nothing:
    def open(self) -> None:
        pass

    async def close(self, _grace: float, /) -> None:
        pass


def mailboxes_of(
    parts: Parts, receive: Receive, writer: Writer, looked: Callable[[str], None], failed: Callable[[str, str], None]
) -> Fetching:
    """As `Mailboxes`. Raises ConfigError."""
    if not parts.settings.email.imap:
        return _Nothing()
    from channels.serve.mailboxes import Mailboxes  # noqa: PLC0415 - see above

    return Mailboxes(parts, receive, writer, looked, failed)
