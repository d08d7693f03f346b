"""Honest answers: how many of the ways in which people answer a help desk find their ticket by themselves?

    python -m benchmarks.honest_mail FOLDER

Every human mail under FOLDER (files `*.eml`, `*.txt`, `*.msg` or without a suffix) opens a ticket; then its author, an alias, a
colleague, and somebody in copy answer in all ways that mail programs and people have, each once with and once without a proof
of their server (RFC 8601). Printed is what became of them: appended, held, a ticket of its own. What nobody could know is
printed below the line, and not counted: an alias elsewhere that writes with nothing but the ticket's number.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from channels.email.parse import parse
from channels.email.read import read
from classifier.classify import TextClassifier
from intake.desk.desk import Desk
from intake.desk.incoming import understand
from intake.desk.keys import KeyRing
from intake.desk.policy_file.whole import read_policy
from intake.desk.signed_names import message_id, reply_tag
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.message import Nature
from intake.domain.receipt import Outcome, Receipt
from storage.migrate import ready_embedded
from storage.store import SqlStore

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SERVER = "mx.desk.example"
DESK = "desk@desk.example"
KEYS = KeyRing([b"a key that signs only in benchmarks"])
_DROPPED = frozenset({
    "from", "to", "cc", "bcc", "subject", "message-id", "in-reply-to", "references", "reply-to", "sender", "return-path",
    "date", "authentication-results", "delivered-to", "received", "x-intake-loop", "thread-index", "thread-topic",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    address: str


ANN = Person(name="Ann", address="ann@customer.example")
ANNS_ALIAS = Person(name="Ann B.", address="ann.byte@customer.example")
ANN_AT_HOME = Person(name="Ann", address="ann.byte@home.example")
BOB = Person(name="Bob", address="bob@customer.example")
CAROL = Person(name="Carol", address="carol@partner.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What those who answer have before them: the number, the desk's acknowledgement, the first mail."""

    number: int
    acknowledgement: str
    first: str

    @property
    def reply_to(self) -> str:
        return f"desk+{reply_tag(KEYS, self.number)}@desk.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one of them answers: who, to where, and what their mail program writes into the headers."""

    sender: Person
    to: str
    subject: str
    in_reply_to: str = ""
    references: str = ""
    cc: str = ""


WAYS: Mapping[str, Callable[[Ticket, str], Answer]] = {
    "reply": lambda t, s: Answer(
        sender=ANN,
        to=t.reply_to,
        subject=f"Re: [HD-{t.number}] {s}",
        in_reply_to=t.acknowledgement,
        references=f"{t.first} {t.acknowledgement}",
    ),
    "reply, the gateway wrote another Message-ID": lambda t, s: Answer(
        sender=ANN, to=t.reply_to, subject=f"RE: {s}", in_reply_to="rewritten@relay.example"
    ),
    "reply, a program that writes no References": lambda t, s: Answer(sender=ANN, to=t.reply_to, subject=f"AW: {s}"),
    "reply to the From, the Reply-To ignored": lambda t, s: Answer(
        sender=ANN, to=DESK, subject=f"Re: [HD-{t.number}] {s}", in_reply_to=t.acknowledgement
    ),
    "a new mail with the number in its subject": lambda t, s: Answer(sender=ANN, to=DESK, subject=f"{s} HD-{t.number}"),
    "a second mail below the own first one": lambda t, s: Answer(sender=ANN, to=DESK, subject=f"Re: {s}", in_reply_to=t.first),
    "alias: reply": lambda t, s: Answer(sender=ANNS_ALIAS, to=t.reply_to, subject=f"Re: {s}", in_reply_to=t.acknowledgement),
    "alias: a new mail with the number": lambda t, s: Answer(sender=ANNS_ALIAS, to=DESK, subject=f"[HD-{t.number}] {s}"),
    "alias elsewhere: reply": lambda t, s: Answer(sender=ANN_AT_HOME, to=t.reply_to, subject=f"Re: {s}"),
    "alias elsewhere: reply to the From": lambda t, s: Answer(
        sender=ANN_AT_HOME, to=DESK, subject=f"Re: [HD-{t.number}] {s}", in_reply_to=t.acknowledgement
    ),
    "forward: a colleague answers the forwarded acknowledgement": lambda t, s: Answer(
        sender=BOB,
        to=t.reply_to,
        subject=f"Re: Fwd: [HD-{t.number}] {s}",
        in_reply_to="forwarded@customer.example",
        references=f"{t.acknowledgement} forwarded@customer.example",
    ),
    "forward: a colleague writes to the desk below it": lambda t, s: Answer(
        sender=BOB,
        to=DESK,
        subject=f"WG: [HD-{t.number}] {s}",
        in_reply_to="forwarded@customer.example",
        references=f"{t.first} forwarded@customer.example",
    ),
    "copy: answers all of the first mail": lambda t, s: Answer(
        sender=CAROL, to=ANN.address, cc=DESK, subject=f"Re: {s}", in_reply_to=t.first, references=t.first
    ),
    "copy: a new mail with the number": lambda t, s: Answer(sender=CAROL, to=DESK, subject=f"Re: [HD-{t.number}] {s}"),
    "copy: answers the desk's answer": lambda t, s: Answer(
        sender=CAROL, to=t.reply_to, cc=ANN.address, subject=f"Re: [HD-{t.number}] {s}", in_reply_to=t.acknowledgement
    ),
}  # fmt: skip
UNKNOWABLE: Mapping[str, Callable[[Ticket, str], Answer]] = {
    "alias elsewhere: a new mail with the number": lambda t, s: Answer(
        sender=ANN_AT_HOME, to=DESK, subject=f"[HD-{t.number}] {s}"
    ),
}


def rewritten(raw: bytes, answer: Answer, name: str, *, proven: bool) -> bytes:
    """The mail's own body and MIME headers under the answer's."""
    domain = answer.sender.address.rpartition("@")[2]
    lines = [f"Authentication-Results: {SERVER}; dmarc=pass header.from={domain}"] if proven else []
    lines += [f"From: {answer.sender.name} <{answer.sender.address}>", f"To: {answer.to}", f"Message-ID: <{name}>"]
    lines += [f"Subject: {answer.subject}", "Date: Mon, 05 Jan 2026 12:00:00 +0000"]
    lines += [f"Cc: {answer.cc}"] if answer.cc else []
    lines += [f"In-Reply-To: <{answer.in_reply_to}>"] if answer.in_reply_to else []
    lines += ["References: " + " ".join(f"<{one}>" for one in answer.references.split())] if answer.references else []
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n" + _mime(raw)


def _mime(raw: bytes) -> bytes:
    head, blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept: list[bytes] = []
    keeps = False
    for line in head.split(b"\n"):
        if line[:1] in b" \t" and line:
            kept += [line] if keeps else []
            continue
        keeps = line.partition(b":")[0].strip().lower().decode("ascii", "replace") not in _DROPPED and b":" in line
        kept += [line] if keeps else []
    return (b"\n".join(kept) + (b"\n" if kept else b"") + b"\n" + body if blank else b"\n" + raw).replace(b"\n", b"\r\n")


class OneDesk:
    def __init__(self, folder: Path) -> None:
        self.store = SqlStore(f"sqlite:///{folder / 'desk.db'}")
        ready_embedded(self.store.engine, folder / "backups", NOW)
        self.desk = Desk(read_policy(None), KEYS, lambda: NOW, senders=[Channel.EMAIL], own=[DESK])
        self._classifier = TextClassifier()

    def takes_in(self, raw: bytes) -> Receipt:
        envelope = {"mail_from": "somebody@customer.example", "rcpt_to": "", "authserv_id": SERVER}
        arrival = Arrival(channel=Channel.EMAIL, received_at=NOW, raw=raw, envelope=envelope)
        with self.store.begin() as books:
            return self.desk.receive(understand(arrival, parse, self._classifier), books)


def outcomes(desk: OneDesk, raw: bytes, place: int) -> Iterator[tuple[str, bool, str]]:
    """Way, proven, what became of it: each way on a ticket of its own."""
    subject = " ".join(read(raw).subject.split())[:80]
    for nth, (way, answer_of) in enumerate({**WAYS, **UNKNOWABLE}.items()):
        for proven in (True, False):
            name = f"{place}.{nth}.{int(proven)}"
            first = Answer(sender=ANN, to=DESK, subject=subject, cc=CAROL.address)
            number = desk.takes_in(rewritten(raw, first, f"{name}.first@customer.example", proven=proven)).ticket
            if number is None:
                yield "the first mail", proven, "not opened"
                continue
            acknowledgement = message_id(KEYS, number, 77, "desk.example")
            ticket = Ticket(number=number, acknowledgement=acknowledgement, first=f"{name}.first@customer.example")
            receipt = desk.takes_in(rewritten(raw, answer_of(ticket, subject), f"{name}.answer@x.example", proven=proven))
            yield way, proven, _word(receipt, number)


def _word(receipt: Receipt, number: int) -> str:
    if receipt.outcome is Outcome.OPENED:
        return "split"
    return receipt.outcome.value if receipt.ticket == number else "elsewhere"


def humans(folder: Path) -> Iterator[bytes]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in {".eml", ".txt", ".msg", ""}:
            raw = file.read_bytes()
            mail = read(raw)
            if mail.nature is Nature.HUMAN and mail.reply.strip():
                yield raw


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--most", type=int, default=300, help="so many mails at most (300)")
    asked = arguments.parse_args()
    counted: Counter[tuple[str, bool, str]] = Counter()
    mails = 0
    with tempfile.TemporaryDirectory() as folder:
        desk = OneDesk(Path(folder))
        for mails, raw in enumerate(humans(asked.folder), start=1):
            counted.update(outcomes(desk, raw, mails))
            if mails >= asked.most:
                break
    if not mails:
        sys.exit(f"No mail that a human wrote under {asked.folder}")
    for proven in (True, False):
        print(f"\n{mails} mails, {'proven' if proven else 'not proven'} by their server")
        _table({(way, word): n for (way, at, word), n in counted.items() if at is proven})


def _table(counted: Mapping[tuple[str, str], int]) -> None:
    words = ("appended", "held", "split")
    print(f"{'':60}" + "".join(f"{word:>10}" for word in (*words, "other")))
    for way in ("the first mail", *WAYS, *UNKNOWABLE):
        if way in UNKNOWABLE:
            print(f"{'appended by itself':60}{share_appended(counted):10.1%}")
        row = [counted.get((way, word), 0) for word in words]
        other = sum(n for (at, _), n in counted.items() if at == way) - sum(row)
        if sum(row) + other:
            print(f"{way:60}" + "".join(f"{n:10}" for n in (*row, other)))


def share_appended(counted: Mapping[tuple[str, str], int]) -> float:
    """Of all that could be known."""
    known = {key: n for key, n in counted.items() if key[0] not in UNKNOWABLE}
    return sum(n for (_, word), n in known.items() if word == "appended") / sum(known.values())


if __name__ == "__main__":
    main()
