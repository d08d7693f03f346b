"""Fetching mail: one thread for each mailbox takes in what is new, marks it after the commit, and waits for more."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from time import monotonic

import structlog

from channels.email.imap.faults import IMAP_FAULTS, NoSuchFolder, SignInRefused, in_words
from channels.email.imap.mailbox import ImapMailbox
from channels.email.imap.settings import ImapAccount
from intake.desk.ports import Clock
from intake.desk.ports_of_polling import MailboxCursors, Singleton
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import HelpdeskError
from intake.domain.mailbox_cursor import MailboxCursor
from intake.domain.receipt import Receipt

LONGEST_PAUSE = 60.0  # seconds before a mailbox that failed is tried again
LONGEST_PAUSE_OF_THE_REFUSED = 300.0  # seconds; who knocks too often with a wrong key is locked out
SECOND_LOOK = 2.0  # seconds after a look, for what came while nobody watched and no server tells of
_DAY = timedelta(days=1)  # servers tell days in their own zone

log = structlog.get_logger()


def nobody_looks(mailbox: str) -> None:
    """In place of a watchdog."""


def nobody_minds(mailbox: str, why: str) -> None:
    """In place of a watchdog."""


@dataclass(slots=True, kw_only=True)
class MailboxPoller:
    """`receive` returns after the commit, and raises StoreUnavailable when the mail should be tried again. `looked` hears of a
    look that went well (the first, the first after a failure, and then one in `poll_seconds`), `failed` of each that did not;
    both in the poller's thread."""

    account: ImapAccount
    visit: Callable[[], ImapMailbox]
    receive: Callable[[Arrival], Receipt]
    cursors: MailboxCursors
    singleton: Singleton
    clock: Clock
    random: Random
    poll_seconds: float = 60.0
    looked: Callable[[str], None] = nobody_looks
    failed: Callable[[str, str], None] = nobody_minds
    stop: threading.Event = field(default_factory=threading.Event)
    _failures: int = 0
    _told_at: float | None = None

    def run(self) -> None:
        """Until `stop` is set, whatever goes wrong."""
        while not self.stop.is_set():
            try:
                self._work()
            except (SignInRefused, NoSuchFolder) as fault:
                self._pause(in_words(fault), LONGEST_PAUSE_OF_THE_REFUSED)
            except (*IMAP_FAULTS, HelpdeskError) as fault:
                self._pause(f"{type(fault).__name__}: {in_words(fault)}")
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
            self._stay(box)
        except BaseException:
            box.hang_up()  # a word of farewell over a dead wire would wait for its answer
            raise
        box.close()

    def _stay(self, box: ImapMailbox) -> None:
        calm = False
        while not self.stop.is_set() and self.singleton.is_ours():
            taken = self._take_in(box)
            self._tell()
            box.wait(self.poll_seconds if calm and not taken else min(SECOND_LOOK, self.poll_seconds), self.stop)
            calm = not taken
            if not self.stop.is_set():
                box.select()

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
        envelope = self._envelope(f"{box.uid_validity}/{uid}")
        self.receive(Arrival(channel=Channel.EMAIL, received_at=self.clock(), raw=raw, envelope=envelope))
        box.mark_taken(uid)

    def _envelope(self, uid: str) -> Mapping[str, str]:
        """Without a sender: a mailbox keeps no envelope. Whose word counts is the mailbox's own: another provider's server
        lets anybody claim the name of the one that brings the desk's mail by SMTP."""
        envelope = {
            "mailbox": self.account.name,
            "uid": uid,
            "rcpt_to": self.account.address,
            "authserv_id": ",".join(self.account.authserv_ids),
        }
        return {name: value for name, value in envelope.items() if value}

    def _tell(self) -> None:
        self._failures = 0
        now = monotonic()
        if self._told_at is None or now - self._told_at >= self.poll_seconds:
            self._told_at = now
            self.looked(self.account.name)

    def _pause(self, why: str, longest: float | None = None) -> None:
        """No longer than the time between two looks, unless `longest` says so."""
        if self.stop.is_set():
            return
        longest = longest or min(LONGEST_PAUSE, max(SECOND_LOOK, self.poll_seconds))
        self._failures += 1
        self._told_at = None
        seconds = min(longest, 2.0 ** min(self._failures, 10)) * self.random.uniform(0.5, 1.0)
        log.warning("imap.try_again", mailbox=self.account.name, why=why, seconds=round(seconds, 1))
        try:
            self.failed(self.account.name, why)
        except Exception as fault:  # whoever watches over us must not end us
            log.error("imap.fault", mailbox=self.account.name, exc_info=fault)
        self.stop.wait(seconds)
