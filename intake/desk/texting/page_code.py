"""The code of a page by SMS: what a text answers to take it."""

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.desk.texting.short_answers import LONGEST_READ
from intake.domain.channel import Channel

UNUSED_FOR = timedelta(days=1)
LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without i, l and o, which look like digits
LAST_NUMBER = 99
_SHORT = 4  # words: of so few any may be the code
_CODE = re.compile(r"(?<![\w-])([0-9]{1,2})[ .-]?([a-z])(?![\w-])", re.ASCII | re.IGNORECASE)
_WORDS = re.compile(r"\S+")


def next_code(used: Collection[str]) -> str:
    """One that was not used: with another number and another letter than any of them, as long as there is one. Empty when all
    are used up. By lot: a sender's number can be forged, and whoever could guess the code would put the ladder to sleep."""
    numbers = {code[:-1] for code in used}
    letters = {code[-1:] for code in used}
    every = [(str(number), letter) for number in range(1, LAST_NUMBER + 1) for letter in LETTERS]
    left = [f"{number}{letter}" for number, letter in every if number not in numbers and letter not in letters]
    left = left or [f"{number}{letter}" for number, letter in every if f"{number}{letter}" not in used]
    return secrets.choice(left) if left else ""


def code_for(channel: Channel, address: str, books: UnitOfWork, at: datetime) -> str:
    """Of a page that is written now; empty where no text can answer it."""
    if channel is not Channel.SMS:
        return ""
    books.texts.alone_with(address)
    return next_code(books.texts.codes(address, at - UNUSED_FOR))


def is_code_alone(text: str) -> bool:
    return _CODE.fullmatch(text[:LONGEST_READ].strip(" .!?\n")) is not None


def codes_in(text: str) -> Sequence[str]:
    """What stands where a code may: at the beginning or the end, or anywhere among few words."""
    text = text[:LONGEST_READ].strip()
    found = list(_CODE.finditer(text))
    if not found:
        return []
    if len(_WORDS.findall(text)) > _SHORT + 1:
        found = [one for one in found if one.start() <= 1 or one.end() >= len(text) - 1]
    return list(dict.fromkeys(f"{int(one[1])}{one[2].lower()}" for one in found))[:_SHORT]
