"""Mails to measure with: all different, of ordinary length, written for this purpose."""

import itertools
import random
from collections.abc import Iterator

_OPENINGS = (
    "Since this morning {what} does not answer, and I cannot finish {task}.",
    "Could you please set up {what} for a new colleague who starts on Monday?",
    "When I open {what} it shows an error with a long number and closes.",
    "How do I export {task} from {what}? I did it once but cannot find the menu.",
    "We would like {what} to send {task} to the branch offices every evening.",
)
_WHAT = ("the shared drive", "the travel tool", "the warehouse client", "the time clock", "the print server", "the intranet")
_TASK = ("the weekly report", "my expense claim", "the stock list", "a supplier invoice", "the shift plan", "an offer")
_FILLER = "I have tried it twice, also after a restart, and a colleague next door sees the same. "


def mails(run: str, size: int = 900) -> Iterator[tuple[str, bytes]]:
    """Endless (sender, mail) pairs; `run` keeps the Message-IDs of two runs apart, `size` is about the bytes of each."""
    dice = random.Random(7)
    for number in itertools.count():
        opening = dice.choice(_OPENINGS).format(what=dice.choice(_WHAT), task=dice.choice(_TASK))
        body = (opening + " " + _FILLER * 100)[: max(size - 330, 40)]
        sender = f"person{number}@customers.example"
        head = (
            f"From: Person {number} <{sender}>\r\nTo: desk@localhost\r\nSubject: {opening[:60]}\r\n"
            f"Message-ID: <{run}.{number}@customers.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        lines = [body[i : i + 76] for i in range(0, len(body), 76)]
        yield sender, (head + "\r\n".join(lines) + "\r\n").encode()
