"""Who a header names: a tolerant, linear reading of address lists, RFC 822's comment names included."""

import re
from collections.abc import Iterator
from itertools import islice

from channels.email.reading.body import clean
from channels.email.reading.headers import decoded
from channels.email.reading.mailbox import Mailbox

MAX_ADDRESSES = 1_000

_PLAIN = re.compile(r'\s*([^"<>(),;:\\@\[\]=]{0,200}?)\s*<\s*([^\s"<>(),;:\\@]{1,300}@[^\s"<>(),;:\\@]{1,300})\s*>\s*\Z')
_BARE = re.compile(r'[^\s"<>(),;:\\@\[\]=]{1,300}@[^\s"<>(),;:\\@\[\]=]{1,300}\Z')
_PIECE = re.compile(r'[^"<>(),;:\\]+|\\.?|["<>(),;:]', re.DOTALL)
_NOT_IN_ADDRESS = re.compile(r"""[\s"'<>(),;:\\@\[\]{}|*`]""")
_MAILTO = re.compile(r"(?i)\[mailto:([^\]\s]{1,300})\]")
_LONGEST = 254  # RFC 5321, 4.5.3.1


def mailboxes(value: str, limit: int = MAX_ADDRESSES) -> tuple[Mailbox, ...]:
    """At most `limit` mailboxes. What has neither an address nor a word is left out; a word alone stays, as its address."""
    if "[mailto:" in value.lower():
        value = _MAILTO.sub(r"<\1>", value)
    if plain := _PLAIN.match(value):
        return (Mailbox(email=clean(plain[2]), name=clean(plain[1])),)
    if _BARE.match(value):
        return (Mailbox(email=clean(value)),)
    return tuple(islice(_entries(value), limit))


def _entries(value: str) -> Iterator[Mailbox]:
    entry = _Entry()
    for piece in _PIECE.findall(value):
        if entry.takes(piece):
            continue
        if piece != ":" and (mailbox := entry.mailbox()):  # a colon ends a group's name
            yield mailbox
        entry = _Entry()
    if mailbox := entry.mailbox():
        yield mailbox


class _Entry:
    """One mailbox while it is being read."""

    __slots__ = ("address", "comment", "depth", "inside", "name", "quoted", "seen_angle")

    def __init__(self) -> None:
        self.name: list[str] = []
        self.address: list[str] = []
        self.comment: list[str] = []
        self.depth = 0
        self.quoted = self.inside = self.seen_angle = False

    def takes(self, piece: str) -> bool:
        """False for what ends the entry: a comma, a semicolon or a colon outside of quotes, comments and brackets."""
        if piece == '"' and not self.depth:
            self.quoted = not self.quoted
        elif self.quoted:
            self._word(piece[1:] if piece[:1] == "\\" else piece)
        elif piece in "()":
            self.depth = max(0, self.depth + (1 if piece == "(" else -1))
        elif self.depth:
            self.comment.append(piece)
        elif piece in "<>":
            self._angle(piece)
        elif piece == "," or (piece in ":;" and not self.inside):
            return False
        else:
            self._word(piece)
        return True

    def _word(self, piece: str) -> None:
        (self.address if self.inside else self.name).append(piece)

    def _angle(self, piece: str) -> None:
        if piece == "<" and not self.inside and not (self.seen_angle and "@" in "".join(self.address)):
            self.name += self.address
            self.address.clear()
        self.inside = piece == "<"
        self.seen_angle = True

    def mailbox(self) -> Mailbox | None:
        name = "".join(self.name).strip()
        address = "".join(self.address).strip()
        if not address and ("@" in name or not self.seen_angle):
            name, address = _split(name)
        if not address and "=?" in name:
            name, address = _split(decoded(name))
        address = address.rpartition(":")[2] if address.startswith("@") else address.removeprefix("mailto:")
        address = clean("".join((decoded(address) if "=?" in address else address).split()))
        label = decoded(name or "".join(self.comment).strip()).strip("\"' ")
        if not address and not label:
            return None
        return Mailbox(email=address or (label if not self.seen_angle else ""), name=label if address else "")


def _split(text: str) -> tuple[str, str]:
    """A name and an address that stand side by side without brackets."""
    place = next(addresses_in(text), None)
    if place is None:
        return (text, "") if "=?" in text else ("", text)
    start, end = place
    rest = f"{text[:start]} {text[end:]}".replace("mailto:", "").strip(" []<>\"'")
    return rest, text[start:end]


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in free text, in linear time whatever the text."""
    at, before = text.find("@"), 0
    while at >= 0:
        start = max(before, at - _LONGEST)
        for stop in _NOT_IN_ADDRESS.finditer(text, start, at):
            start = stop.end()
        end_match = _NOT_IN_ADDRESS.search(text, at + 1, at + 1 + _LONGEST)
        end = end_match.start() if end_match else min(len(text), at + 1 + _LONGEST)
        while end > at + 1 and text[end - 1] in ".-=!?":
            end -= 1
        if start < at and end > at + 1:
            yield start, end
        before = at + 1
        at = text.find("@", before)
