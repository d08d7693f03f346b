"""The words of labels.toml, in the shapes that the rules look them up in, and how a line is made ready for that."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

MAX_LINE = 1_000
ENGLISH = "en"  # programs that speak half a language leave the other half in English

LABELS: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))


def words(key: str) -> tuple[str, ...]:
    """All languages' words for one thing, longest first."""
    return tuple(sorted({word for table in LABELS.values() for word in table.get(key, [])}, key=len, reverse=True))


def _roles() -> Mapping[str, Mapping[str, str]]:
    roles: dict[str, dict[str, str]] = {}
    for language, table in LABELS.items():
        for role in ("cc", "subject", "to", "date", "from"):
            for word in table[role]:
                roles.setdefault(word, {})[language] = role
    return roles


ROLES_OF = _roles()  # label -> language -> role
LONGEST_LABEL = max(map(len, ROLES_OF))

MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
EDGE = MARKS + " \t*_\xa0\u202f\u3000"
_SPACES = str.maketrans({"\xa0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\t": " "} | dict.fromkeys(MARKS, ""))
_ASCII_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯", "0123456789" * 4)

DATE = re.compile(
    r"\b(?:19|20|25)[0-9]{2}\b|\b[0-9]{1,2} ?[./-] ?[0-9]{1,2} ?[./-] ?[0-9]{2,4}\b|[0-9]{4} ?[年년]|[0-9]{4}\. ?[0-9]{1,2}\."
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} [0-9]{1,2}\b"
    r"|\b[0-9]{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
TIME = re.compile(r"\b[0-9]{1,2} ?[:.h時时시點点] ?[0-9]{2}(?![0-9.])|\b[0-9]{1,2} ?[ap]\.?m\b", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>()\[\]@:;,\"]{1,64}@[^\s<>()\[\]@:;,\"]{1,64}")


def folded(text: str) -> str:
    """Lower case; the Turkish capital I with a dot would become two characters."""
    return text.lower().replace("i\u0307", "i")


def plain(text: str) -> str:
    """With plain spaces, without marks of direction, and with ASCII digits."""
    return text.replace("\t", " ") if text.isascii() else text.translate(_SPACES).translate(_ASCII_DIGITS)


def spaced(text: str) -> str:
    return folded(plain(text))


def label_of(line: str) -> tuple[str, str]:
    """A lower-cased label and its value, or two empty strings."""
    if line[:1] == "|" and (cells := _in_table(line))[0]:
        return cells
    head = line[: LONGEST_LABEL + 24]
    ascii_at, wide_at = head.find(":"), head.find("：")
    at = ascii_at if wide_at < 0 or 0 <= ascii_at < wide_at else wide_at
    if at < 1:
        return "", ""
    label = head[:at].strip(EDGE + "|•·>")
    if not label.isascii():
        label = label.replace("\u3000", "").translate(_SPACES).strip()
    return folded(label), line[at + 1 : MAX_LINE].strip(EDGE + "|")


def _in_table(line: str) -> tuple[str, str]:
    """`| From | Ada |`, as a table comes out as text."""
    cells = [cell.strip(EDGE) for cell in line[:MAX_LINE].strip(EDGE + "|").split("|")]
    return (folded(cells[0]).rstrip(":："), cells[1]) if len(cells) == 2 else ("", "")


def bare_label_of(line: str) -> tuple[str, str]:
    """The same where the program writes no colon: `From "Ada" <ada@x.example>`; only to be asked below a marker."""
    pieces = line[:MAX_LINE].strip(EDGE).split(None, 1)
    return (folded(pieces[0]), pieces[1].strip()) if len(pieces) == 2 else ("", "")
