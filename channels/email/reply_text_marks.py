"""The lines by which history announces itself: header blocks, attributions, marker lines, in the languages of labels.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_LINE = 1_000
_BLOCK_LINES = 6  # labels of one header block stand within so many lines that are not blank
_ATTRIBUTION_LINES = 4
_ATTRIBUTION_LENGTH = 400

LABELS: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))

_ROLES = ("from", "date", "to", "subject", "cc")
_ROLES_OF: dict[str, set[tuple[str, str]]] = {}
for _language, _table in LABELS.items():
    for _role in _ROLES:
        for _words in _table[_role]:
            _ROLES_OF.setdefault(_words, set()).add((_language, _role))
_LONGEST_LABEL = max(map(len, _ROLES_OF))

_MARKERS = {words: kind for kind in ("original", "forwarded") for table in LABELS.values() for words in table[kind]}
_LONGEST_MARKERS = sorted(_MARKERS, key=len, reverse=True)
_FRAMES = frozenset("-_=*—–#<【[~")
_FRAMES_BEHIND = frozenset(":：-")
_STARTS = tuple(sorted({start for table in LABELS.values() for start in table["starts"]}))
_VERBS = tuple(sorted({verb for table in LABELS.values() for verb in table["wrote"]}, key=len, reverse=True))
_DATE = re.compile(
    r"\b(?:19|20)[0-9]{2}\b|\b[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}\b|[0-9]{4} ?[年년]|[0-9]{4}\. ?[0-9]{1,2}\."
)
_TIME = re.compile(r"\b[0-9]{1,2}[:.h][0-9]{2}\b")
_MAIL = re.compile(r"[^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,64}")
_DRAWN = re.compile(r"[-_=*—–]{5,}\s*\Z")
_ABOVE = tuple({words for table in LABELS.values() for words in table.get("above", [])})
_ANSWERS = ("reply", "respond", "antwort", "répond", "respuesta", "rispost", "resposta", "svar")
_ASKS = ("please ", "bitte ", *_ANSWERS)
_GROUPWISE = re.compile(r"[ \t]{0,3}(?:>>>|<<<)[^<>]{0,200}(?:<[^<>\s]{1,200}>)?[^<>]{0,60}>>>\s*\Z")
_EDGE = " \t>*_-–—=#:：|•·.<[]()「」【】"
_ASCII_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "0123456789" * 3)
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A header block from line `start` up to, not including, line `end`."""

    start: int
    end: int
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    rule: str
    forwarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """`strong`: certain even where what follows bears no quote marks."""

    lines: int
    strong: bool


def _folded(text: str) -> str:
    """Lower case; the Turkish capital I with a dot would become two characters."""
    return text.lower().replace("i\u0307", "i")


def is_rule(line: str) -> bool:
    """A drawn line such as ________ between a reply and its history."""
    return len(line) < 200 and _DRAWN.match(line.strip()) is not None


def marker(line: str) -> Marker | None:
    """`-----Original Message-----`, `Begin forwarded message:`, or our own "reply above this line"."""
    stripped = line.strip() if len(line) <= 200 else ""
    if _says_answer_above(stripped):
        return Marker(rule="own-marker", forwarded=False)
    if stripped == "-----BEGIN PGP SIGNATURE-----":
        return Marker(rule="pgp-signature", forwarded=False)
    if stripped[:1] not in _FRAMES and stripped[-1:] not in _FRAMES_BEHIND:
        return None
    bare = _folded(stripped.strip(_EDGE))
    kind = _MARKERS.get(bare)
    if kind is None and stripped[:2] == stripped[-2:] == "--":  # "--- Forwarded by X on 1.2.2024 ---"
        kind = next((_MARKERS[words] for words in _LONGEST_MARKERS if bare.startswith(words)), None)
    return Marker(rule=f"{kind}-message", forwarded=kind == "forwarded") if kind else None


def _says_answer_above(line: str) -> bool:
    """ "##- Please type your reply above this line -##"; without a frame only where the line says little else."""
    framed = line[:1] in _FRAMES and line[1:2] in _FRAMES
    lower = _folded(line)
    if not framed and not (len(line) <= 50 and lower.startswith(_ASKS) and any(words in lower for words in _ANSWERS)):
        return False
    return any(words in lower for words in _ABOVE)


def is_groupwise(line: str) -> bool:
    """`>>> Name <address> date >>>`, which looks like a quote and is the line above one without marks."""
    return (
        ">>>" in line
        and len(line) <= 400
        and _GROUPWISE.match(line) is not None
        and (_DATE.search(line) or _MAIL.search(line)) is not None
    )


def _label(line: str) -> tuple[str, str]:
    """A lower-cased label and its value, or two empty strings."""
    head = line[: _LONGEST_LABEL + 24]
    ascii_at, wide_at = head.find(":"), head.find("：")
    at = ascii_at if wide_at < 0 or 0 <= ascii_at < wide_at else wide_at
    if at < 1:
        return "", ""
    label = head[:at].strip(" \t*_|•·\xa0\u3000" + _MARKS)
    return _folded(label).replace("\xa0", " ").replace("\u3000", ""), line[at + 1 : MAX_LINE].strip(" \t*_|\xa0" + _MARKS)


def header_block(lines: list[str], start: int) -> Block | None:
    """From, date, to and subject lines of one language above a message that was not marked as a quote (Outlook's way)."""
    label, value = _label(lines[start])
    first = _ROLES_OF.get(label)
    if not first:
        return None
    if any(role == "from" for _, role in first) and (sender := _sender_of_one_line(value, first)):
        return Block(start=start, end=start + 1, sender=sender)
    languages = {language for language, _ in first}
    values: dict[str, str] = {}
    end, seen = start, 0
    for place in range(start, min(start + 3 * _BLOCK_LINES, len(lines))):
        label, value = _label(lines[place])
        roles = _ROLES_OF.get(label, set()) if label else set()
        kept = {language for language, _ in roles} & languages
        if kept and values.keys() >= {role for language, role in roles if language in kept}:
            break  # the same labels again: not this block's
        if kept:
            languages = kept
            for language, role in sorted(roles):
                if language in languages:
                    values.setdefault(role, value)
            end, seen = place + 1, seen + 1
        elif lines[place].strip():
            if seen >= _BLOCK_LINES or place > end + 1 or (not lines[place][:1].isspace() and not _continues(lines[place])):
                break
            end = place + 1 if lines[place - 1].strip() else end
        elif place > end:
            break
    named = {role for role in values if role != "cc"}
    certain = "from" in named and len(named) >= 2 and ("date" in named or "subject" in named)
    certain = certain and (len(named) >= 3 or "@" in values["from"] or "date" in named)
    if not certain or seen < 2:
        return None
    return Block(start=start, end=end, sender=values["from"], subject=values.get("subject", ""))


def _sender_of_one_line(value: str, first: set[tuple[str, str]]) -> str:
    """ "From: … Sent: … To: … Subject: …" all in one line, as a careless HTML-to-text writes it; "" where it is none."""
    if value.count(":") < 2:
        return ""
    lower = _folded(value)
    for language, _ in first:
        table = LABELS[language]
        date = min((at for word in table["date"] if (at := lower.find(f" {word}:")) > 0), default=-1)
        if date > 0 and any(f" {word}:" in lower[date:] for word in (*table["to"], *table["subject"])):
            return value[:date].strip(" *")
    return ""


def _continues(line: str) -> bool:
    """The second line of a long recipient list."""
    return "@" in line and (";" in line or "<" in line)


def attribution(lines: list[str], start: int) -> Attribution | None:
    """ "On <date> X wrote:" and its kin, over at most four lines."""
    first = lines[start][:MAX_LINE].strip(_MARKS + " \t*_")
    if not first:
        return None
    joined = ""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        if start + count > len(lines):
            return None
        line = lines[start + count - 1][:MAX_LINE].strip(_MARKS + " \t*_\xa0")
        if not line or line[0] == ">" or len(joined) + len(line) > _ATTRIBUTION_LENGTH:
            return None
        joined = f"{joined} {line}" if joined else line
        if line[-1] in ":：" or _dated_name(line, count) or (count > 1 and line.lower().rstrip(" :：") in _VERBS):
            return _judged(joined, count)
        if count == 1 and not _may_begin(first.lower()):
            return None
    return None


def _dated_name(line: str, count: int) -> bool:
    """ "2026/1/5 Name <address>", to which no colon was given."""
    return count == 1 and line[-1] == ">" and line[0].isdigit() and "@" in line


def _may_begin(lower: str) -> bool:
    """May an attribution that goes on over the next line begin so?"""
    return lower[0].isdigit() or (lower.startswith(_STARTS) and any(map(str.isdigit, lower))) or "@" in lower


def _judged(joined: str, count: int) -> Attribution | None:
    lower = _folded(joined).replace("\xa0", " ").replace("\u202f", " ")
    if not lower.isascii():
        lower = lower.translate(_ASCII_DIGITS)
    address = _MAIL.search(lower) if "@" in lower else None
    mail = address is not None
    date = _DATE.search(lower) is not None
    time = _TIME.search(lower) is not None
    if not (mail or date or time or len(lower) <= 80):
        return None
    if _has_verb(lower):
        strong = (mail or date) and (time or date) and (mail or lower[0].isdigit() or lower.startswith(_STARTS))
        strong = strong or (mail and lower.rpartition(">")[2].strip(" :：") in _VERBS)
        return Attribution(lines=count, strong=strong)
    bare = lower.rstrip(": ：")
    if address and (date or time) and (bare[-1:] in ">)]" or (lower[0].isdigit() and bare.endswith(address[0].rstrip(": ：")))):
        return Attribution(lines=count, strong=bare != lower and bare[-1] in ">)]")
    return None


def _has_verb(lower: str) -> bool:
    for verb in _VERBS:
        at = lower.find(verb)
        if at >= 0 and (verb[0] > "\u2e7f" or _stands_alone(lower, at, at + len(verb))):
            return True
    return False


def _stands_alone(lower: str, start: int, end: int) -> bool:
    """Languages that write no spaces between words are not asked this."""
    return not (start and lower[start - 1].isalnum()) and not (end < len(lower) and lower[end].isalnum())
