"""Who calls, or texts: the number in E.164, or nobody where it is withheld or none."""

import re

import phonenumbers

# What networks put in the place of a number that is withheld: words typed on a telephone's keys (ANONYMOUS, RESTRICTED,
# UNAVAILABLE, BLOCKED), and what is left of a local exchange.
WITHHELD = frozenset({"+266696687", "+7378742883", "+86282452253", "+2562533", "+464"})
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII)


def sender_number(given: str) -> str:
    """`given` is what the vendor says; empty for what is no number that anybody could be called at: a word, a SIP address, a
    short code."""
    number = given.strip()
    if number in WITHHELD or not _E164.match(number):
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    return number if phonenumbers.is_possible_number(parsed) else ""
