"""Many people writing to the desk at once, and who of them was promised that the mail is kept."""

import re
import smtplib
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from queue import Empty, SimpleQueue

from tests.harness.desk_process import DESK_ADDRESS
from tests.harness.patience import wait_until

TIMEOUT = 60.0  # seconds for one answer
BROKEN_OFF = 0  # instead of a reply code
_KEPT_AS = re.compile(r"Kept as (\d+)")

_MATTERS = (
    ("Cannot print the weekly report", "The report opens, but nothing comes out of the printer on the third floor."),
    ("How do I share a calendar?", "My colleague should see when I am away. Where is that set?"),
    ("Error 5012 when saving an order", "Since this morning each order ends in error 5012. I have tried another browser."),
    ("New account for a trainee", "She starts on Monday and needs mail and the wiki, please."),
    ("The stock list is slow", "It takes about a minute to open, it used to be at once."),
)
_URGENT = ("The whole site is down", "Nobody at the whole site can work, production is down. This is urgent!")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadMail:
    """One mail of an author who writes only this once."""

    author: str
    message_id: str  # without angle brackets
    raw: bytes

    @property
    def external_id(self) -> str:
        """What the ledger calls it: Message-ID with the hash of its body."""
        body = self.raw.partition(b"\r\n\r\n")[2]
        return f"{self.message_id}#{sha256(body).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the desk said to a mail, or BROKEN_OFF."""

    mail: LoadMail
    code: int
    text: str


def write_mails(how_many: int, series: str = "a", *, word: str = "", urgent: bool = False) -> list[LoadMail]:
    """Distinct mails by distinct authors; `series` keeps two lots apart, `word` stands in each."""
    return [_write(number, series, word, urgent=urgent) for number in range(how_many)]


def _write(number: int, series: str, word: str, *, urgent: bool) -> LoadMail:
    subject, text = _URGENT if urgent else _MATTERS[number % len(_MATTERS)]
    author, message_id = f"{series}{number}@people.example", f"{series}.{number}@people.example"
    lines = [
        f"From: Person {series} {number} <{author}>",
        f"To: {DESK_ADDRESS}",
        f"Subject: {subject} ({series}{number})",
        "Date: Mon, 06 Jul 2026 09:00:00 +0000",
        f"Message-ID: <{message_id}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Hello,",
        "",
        text,
        *([word] if word else []),
        f"It is about device {series}-{number}.",
        "",
    ]
    return LoadMail(author=author, message_id=message_id, raw="\r\n".join(lines).encode())


class MailLoad:
    """Offers its mails over several connections, and remembers each answer. A 250 is a promise."""

    def __init__(self, mails: Sequence[LoadMail]) -> None:
        self.mails = list(mails)
        self.answers: list[Answer] = []
        self.kept: dict[str, int] = {}  # external id → the ledger id that the 250 named
        self._lock = threading.Lock()

    @property
    def unacknowledged(self) -> list[LoadMail]:
        with self._lock:
            return [mail for mail in self.mails if mail.external_id not in self.kept]

    def codes(self) -> Counter[int]:
        return Counter(answer.code for answer in list(self.answers))

    def add(self, mails: Sequence[LoadMail]) -> None:
        with self._lock:
            self.mails += mails

    def offer(self, addresses: Sequence[str], connections: int = 6) -> None:
        """Send each unacknowledged mail once, over `connections` to these desks (host:port) in turn."""
        self.start(addresses, connections).join()

    def insist(self, addresses: Sequence[str], connections: int = 6) -> None:
        """Send again and again, as a mail server does, until each mail was acknowledged."""

        def once_more() -> bool:
            self.offer(addresses, connections)
            return not self.unacknowledged

        wait_until(once_more, "all mails are acknowledged")

    def insisting(self, addresses: Sequence[str], connections: int = 6) -> threading.Thread:
        """The same as `insist`, in the background."""
        thread = threading.Thread(target=self.insist, args=(addresses, connections), name="insisting", daemon=True)
        thread.start()
        return thread

    def start(self, addresses: Sequence[str], connections: int = 6) -> "Sending":
        """The same as `offer`, in the background."""
        waiting: SimpleQueue[LoadMail] = SimpleQueue()
        for mail in self.unacknowledged:
            waiting.put(mail)
        return Sending([_Connection(addresses[n % len(addresses)], waiting, self) for n in range(connections)])

    def note(self, answer: Answer) -> None:
        with self._lock:
            self.answers.append(answer)
            if answer.code == 250:
                named = _KEPT_AS.search(answer.text)
                assert named, f"a 250 that names no ledger row: {answer.text}"
                self.kept[answer.mail.external_id] = int(named[1])


class Sending:
    """Connections at work."""

    def __init__(self, connections: Sequence["_Connection"]) -> None:
        self._connections = connections
        for connection in connections:
            connection.start()

    def join(self) -> None:
        for connection in self._connections:
            connection.join()

    @property
    def over(self) -> bool:
        return not any(connection.is_alive() for connection in self._connections)


class _Connection(threading.Thread):
    """Takes mails from a queue shared with its fellows until it is empty or nobody listens any more."""

    def __init__(self, address: str, waiting: "SimpleQueue[LoadMail]", load: MailLoad) -> None:
        super().__init__(name=f"load to {address}", daemon=True)
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._waiting = waiting
        self._load = load
        self._smtp: smtplib.SMTP | None = None

    def run(self) -> None:
        try:
            while self._connected():
                try:
                    mail = self._waiting.get_nowait()
                except Empty:
                    return
                self._send(mail)
        finally:
            self._hang_up()

    def _connected(self) -> bool:
        """False when nobody listens there."""
        if self._smtp is not None:
            return True
        smtp = smtplib.SMTP(local_hostname="load.example", timeout=TIMEOUT)
        try:
            smtp.connect(self._host, self._port)
            smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            smtp.close()
            return False
        self._smtp = smtp
        return True

    def _send(self, mail: LoadMail) -> None:
        assert self._smtp is not None
        try:
            code, text = _transaction(self._smtp, mail)
        except (OSError, smtplib.SMTPException) as fault:
            self._load.note(Answer(mail=mail, code=BROKEN_OFF, text=repr(fault)))
            self._hang_up()
        else:
            self._load.note(Answer(mail=mail, code=code, text=text))

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _transaction(smtp: smtplib.SMTP, mail: LoadMail) -> tuple[int, str]:
    """The reply that decided: the refusal of MAIL, RCPT or DATA, or the answer to the whole mail."""
    code, text = smtp.mail(mail.author)
    if code == 250:
        code, text = smtp.rcpt(DESK_ADDRESS)
    if code == 250:
        code, text = smtp.data(mail.raw)
    else:
        smtp.rset()
    return code, text.decode("utf-8", "replace")
