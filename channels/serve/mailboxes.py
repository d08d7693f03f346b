"""The mailboxes that mail is fetched from: a thread each, whose work is done by the desk's event loop and writer."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from random import Random
from typing import TypeVar

from channels.email.imap.mailbox import PATIENCE as PATIENCE_WITH_SERVERS
from channels.email.imap.mailbox import ImapMailbox
from channels.email.imap.oauth_secrets import demand_readable
from channels.email.imap.oauth_tokens import TokenSource
from channels.email.imap.poller import MailboxPoller, nobody_looks, nobody_minds
from channels.email.imap.settings import ImapAccount, imap_account_of
from channels.email.listening.listen import Receive
from channels.serve.compose import Parts
from channels.serve.writer import Writer
from intake.domain.arrival import Arrival
from intake.domain.mailbox_cursor import MailboxCursor
from intake.domain.receipt import Receipt

T = TypeVar("T")

PATIENCE = 60.0  # seconds for the desk to write one mail
LEAST_PATIENCE = 5.0  # seconds for any answer of a server, however often it is asked


class Mailboxes:
    """`looked` and `failed` hear how the looks at each mailbox go, in the thread of its poller. Raises ConfigError for a file
    with a secret that cannot be read."""

    def __init__(
        self,
        parts: Parts,
        receive: Receive,
        writer: Writer,
        looked: Callable[[str], None] = nobody_looks,
        failed: Callable[[str, str], None] = nobody_minds,
    ) -> None:
        self._accounts = [imap_account_of(url.get_secret_value()) for url in parts.settings.email.imap]
        for account in self._accounts:
            if account.oauth is not None:
                demand_readable(account.oauth)
        self._looked = looked
        self._failed = failed
        self._parts = parts
        self._receive = receive
        self._writer = writer
        self._pollers: list[MailboxPoller] = []
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        bridge = _Bridge(asyncio.get_running_loop(), self._receive, self._writer)
        for account in self._accounts:
            poller = self._poller(account, bridge)
            self._pollers.append(poller)
            self._threads.append(threading.Thread(target=poller.run, name=f"imap {poller.account.name}", daemon=True))
        for thread in self._threads:
            thread.start()

    async def close(self, grace: float) -> None:
        """A mail that is under way is finished and marked; who does not end in time is read again at the next start."""
        for poller in self._pollers:
            poller.stop.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, grace)

    def _poller(self, account: ImapAccount, bridge: "_Bridge") -> MailboxPoller:
        email = self._parts.settings.email
        tokens = TokenSource(account.oauth, account.name) if account.oauth is not None else None
        visit = partial(
            ImapMailbox,
            account,
            tokens,
            largest=email.smtp_max_megabytes * 1024 * 1024,
            done_folder=email.imap_done_folder,
            patience=min(PATIENCE_WITH_SERVERS, max(LEAST_PATIENCE, float(email.imap_poll_seconds))),
        )
        return MailboxPoller(
            account=account,
            visit=visit,
            receive=bridge.receive,
            cursors=bridge,
            singleton=self._parts.store.singleton(f"mailbox {account.name}"),
            clock=self._parts.clock,
            random=Random(),  # noqa: S311 - jitter
            looked=self._looked,
            failed=self._failed,
            poll_seconds=email.imap_poll_seconds,
        )


class _Bridge:
    """From a mailbox's thread to the event loop and back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, writer: Writer) -> None:
        self._loop = loop
        self._receive = receive
        self._writer = writer

    def receive(self, arrival: Arrival) -> Receipt:
        async def receive() -> Receipt:
            return await self._receive(arrival)

        return self._wait_for(receive())

    def get(self, mailbox: str) -> MailboxCursor | None:
        return self._wait_for(self._writer.run(lambda books: books.cursors.get(mailbox)))

    def save(self, cursor: MailboxCursor) -> None:
        self._wait_for(self._writer.run(lambda books: books.cursors.save(cursor)))

    def _wait_for(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)
