"""Fetching mail: one thread for each mailbox takes in what is new, marks it after the commit, and waits for more."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import structlog

from channels.email.imap_mailbox import IMAP_FAULTS, ImapMailbox
from channels.email.imap_settings import ImapAccount
from intake.desk.ports import Clock
from intake.desk.ports_of_polling import MailboxCursors, Singleton
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import HelpdeskError
from intake.domain.mailbox_cursor import MailboxCursor
from intake.domain.receipt import Receipt

LONGEST_PAUSE = 60.0  # seconds before a mailbox that failed is tried again
_DAY = timedelta(days=1)  # servers tell days in their own zone

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class MailboxPoller:
    """`receive` returns after the commit, and raises StoreUnavailable when the mail should be tried again."""

    account: ImapAccount
    visit: Callable[[], ImapMailbox]
    receive: Callable[[Arrival], Receipt]
    cursors: MailboxCursors
    singleton: Singleton
    clock: Clock
    random: Random
    poll_seconds: float = 60.0
    stop: threading.Event = field(default_factory=threading.Event)
    _failures: int = 0

    def run(self) -> None:
        """Until `stop` is set, whatever goes wrong."""
        while not self.stop.is_set():
            try:
                self._work()
            except (*IMAP_FAULTS, HelpdeskError) as fault:
                self._pause(f"{type(fault).__name__}: {fault}"[:300])
            except Exception as fault:  # a fault of ours on one mail must not end the fetching of all others
                log.error("imap.fault", mailbox=self.account.name, exc_info=fault)
                self._pause("a fault of the desk")
        self.singleton.give_up()

    def _work(self) -> None:
        if not self.singleton.is_ours():
            self.stop.wait(self.poll_seconds)
            return
        box = self.visit()
        try:
            while not self.stop.is_set() and self.singleton.is_ours():
                taken = self._take_in(box)
                self._failures = 0
                if not taken:  # else look again: what came meanwhile was announced when nobody waited for it
                    box.wait(self.poll_seconds, self.stop)
        finally:
            box.close()

    def _take_in(self, box: ImapMailbox) -> int:
        """How many mails there were."""
        known = self.cursors.get(self.account.name)
        if known is not None and known.uid_validity == box.uid_validity:
            new = box.after(known.last_uid)
            for uid in new:
                self._take(box, uid)
                self.cursors.save(replace(known, last_uid=uid))
            return len(new)
        everything = self._at_first_sight(box, known)
        for uid in everything:
            self._take(box, uid)
        since = known.since if known else self.clock()
        seen = MailboxCursor(mailbox=self.account.name, uid_validity=box.uid_validity, last_uid=box.newest, since=since)
        self.cursors.save(seen)
        return len(everything)

    def _at_first_sight(self, box: ImapMailbox, known: MailboxCursor | None) -> Sequence[int]:
        """What nobody has read; and where the server numbered its mails anew, all that came since the desk fetches from it:
        what is in the ledger already stays one ticket."""
        if known is None:
            return box.unread()
        log.warning("imap.numbered_anew", mailbox=self.account.name, uid_validity=box.uid_validity)
        return sorted({*box.unread(), *box.since((known.since - _DAY).date())})

    def _take(self, box: ImapMailbox, uid: int) -> None:
        if self.stop.is_set():
            raise ConnectionAbortedError("the desk is closing")
        raw = box.raw(uid)
        if raw is None:
            return
        self.receive(
            Arrival(
                channel=Channel.EMAIL,
                received_at=self.clock(),
                raw=raw,
                envelope={"mailbox": self.account.name, "uid": f"{box.uid_validity}/{uid}"},
            )
        )
        box.mark_taken(uid)

    def _pause(self, why: str) -> None:
        if self.stop.is_set():
            return
        self._failures += 1
        seconds = min(LONGEST_PAUSE, 2.0 ** min(self._failures, 10)) * self.random.uniform(0.5, 1.0)
        log.warning("imap.try_again", mailbox=self.account.name, why=why, seconds=round(seconds, 1))
        self.stop.wait(seconds)
