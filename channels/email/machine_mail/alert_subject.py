"""What a monitor's subject is about, and whether it says that all is well again: for subjects that no row of alerts.toml reads.

A word of recovery counts in the place of a status only: in front with a colon, in a bracket, behind "is" or an arrow, last.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NotRequired, TypedDict, cast

LONGEST_SUBJECT = 500


class Row(TypedDict):
    """A monitor, as alerts.toml describes it."""

    name: str
    own_only: NotRequired[bool]
    problem: list[str]
    recovery: list[str]
    senders: list[str]
    headers: list[str]


class Table(TypedDict):
    monitor: list[Row]
    machine: Mapping[str, list[str]]
    words: Mapping[str, list[str]]


TABLE = cast(Table, tomllib.loads(Path(__file__).with_name("alerts.toml").read_text("utf-8")))

_WORDS = {kind: frozenset(words) for kind, words in TABLE["words"].items()}
_STATUS_WORDS = frozenset().union(*(_WORDS[kind] for kind in ("recovery", "problem", "between", "levels")))


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PHRASES = re.compile(rf"(?<!\w)(?:{_any_of(_WORDS['phrases'])})(?!\w)")
_WELL, _ILL = _any_of(_WORDS["recovery"] - {"clear", "available"}), _any_of(_WORDS["problem"] - {"alert", "alerts"})
_DONE = "resolved|recovered|cleared|restored|closed|ended|behoben|resuelto|résolu"
_LEADS_ILL = re.compile(rf"[\W_]{{0,6}}(?:{_ILL})[ \t]?(?:[:|\]]|[0-9#]|[-–—][ \t])")
_LEADS_WELL = re.compile(
    r"[\W_]{0,6}(?:(?:problem|alert|alarm|incident|issue|störung)[ \t])?"
    rf"(?:(?:{_WELL}|clear)(?:[ \t]?[:|\])]|[ \t][-–—][ \t]|[ \t]in[ \t][0-9]|\Z)|(?:{_DONE})[ \t](?:at|on|after|by)[ \t])"
)
_ENDS_WELL = re.compile(
    r"(?:(?<!\w)(?:is|are|now|been|was|has|status|came|went|ist|wieder|wurde|est|de nouveau|está|è|weer|jest|är|er|to)[ \t]"
    r"|[-=]>|[→:=|(\[]|[-–—][ \t])"
    rf"[ \t]{{0,3}}(?:now[ \t]|back[ \t]|wieder[ \t])?(?:{_WELL}|responding)(?:[ \t]again)?\b[\W_]{{0,6}}\Z"
    r"|(?<!\w)(?:(?:back|returned|return)[ \t]to[ \t]normal|(?:is|are|came|comes)[ \t]back[ \t](?:online|up)"
    r"|wieder[ \t](?:normal|online|erreichbar)"
    r"|retour[ \t]à[ \t]la[ \t]normale|vuelta[ \t]a[ \t]la[ \t]normalidad|weer[ \t]normaal|has[ \t]recovered|reconnected"
    rf"|{_DONE}|(?:completed|finished)[ \t]successfully|erfolgreich[ \t](?:beendet|abgeschlossen))[\W_]{{0,6}}\Z"
)
_SUCCEEDS = re.compile(r"(?:backup|job|task|sync|replication|snapshot)[^?]{0,60}?[ \t](?:succeeded|was successful)(?!\w)")
_SHOUTED = re.compile(
    r"[\W_]{0,6}(?:RECOVERY|RECOVERED|RESOLVED|CLEARED)\b|[A-Z][A-Z0-9_/ -]{1,40} OK(?: - |:|\W{0,4}\Z)"
    r"|[✅🟢🆗☑✔]"
)
_SHOUTED_LAST = re.compile(r"[ \t(\[:](?:OK|UP|CLEAR|CLEARED|RECOVERED|RESOLVED|NORMAL)\W{0,4}\Z")
_NEGATED = re.compile(
    r"(?<!\w)(?:not|cannot|can't|couldn't|unable|no longer|never|nicht|kein|pas|no|non|niet|nie|не|inte|ikke)[ \t]"
    r"(?:\w{1,12}[ \t]){0,2}\w{1,20}[\W_]{0,6}\Z"
)

_UNITS = r"min|mins|minutes?|sec|secs|seconds?|hours?|hrs?|days?|weeks?|minuten?|stunden?|sekunden?|tagen?|heures?|jours?"
_MOVING = re.compile(  # what differs from one mail about an object to the next
    r"\b[0-9]{4}[-./][0-9]{2}[-./][0-9]{2}(?:[t ][0-9:.]{4,15}(?:z|[+-][0-9:]{4,5})?)?\b"
    r"|(?<![\w./])(?:[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})(?![\w./])"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day),? (?=[0-9a-z])"
    r"|\b(?:[0-9]{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? [0-9]{1,4}(?:,? [0-9]{4})?\b"
    r"|\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?: ?[ap]m)?\b(?: (?:utc|gmt|ce?s?t|e[sd]t|p[sd]t)\b)?"
    r"|[#№] ?[0-9]{1,18}\b|\b(?:attempt|try) [0-9]{1,6}(?:/[0-9]{1,6})?\b"
    r"|\b(?:event|incident|alert|problem|ticket|case)(?: ?(?:id|no|nr|number))?[ .:=#]{1,3}[0-9]{1,18}\b"
    r"|\b[0-9]{1,9}(?:[.,][0-9]{1,6})? ?(?:%|percent\b|[kmgt]i?b(?:/s|ps)?\b|bytes?\b|ms\b|°c?)"
    rf"|\b[0-9]{{1,9}}(?:[.,][0-9]{{1,3}})?(?:[dhms]\b| ?(?:{_UNITS})\b)"
    r"|\b[0-9]{1,6} (?:of|out of) [0-9]{1,6}\b|[<>=]{1,2} ?[0-9.,]{1,18}|\([0-9.,]{1,12}(?:/[0-9]{1,6})?\)"
    r"|(?<=:)[0-9]{1,4}(?=\])|(?<=load )[0-9.,]{1,12}|(?<=value )[0-9.,]{1,12}|(?<=usage )[0-9.,]{1,12}"
)
_TOKEN = re.compile(r"[^\s\"'`()\[\]{}<>|!?*,;=«»„“”→✅❌⚠🔴🟢🟡🔥🚨🆗☑✔]+")
_GATEWAY = re.compile(
    r"\A(?:\[(?i:external|extern|ext|caution)(?i: e?-?mail| sender)?\]:? ?|(?:EXTERNAL|EXTERN|CAUTION): ){1,2}"
)


def one_line(subject: str) -> str:
    """Without what a gateway put in front of it."""
    line = " ".join(unicodedata.normalize("NFKC", subject[: 2 * LONGEST_SUBJECT]).split())[:LONGEST_SUBJECT]
    return _GATEWAY.sub("", line)


def nouns(named: str) -> Iterator[str]:
    """What stays the same from the problem to its recovery: no status words, counters, durations, times, event numbers."""
    text = _PHRASES.sub(" ", _MOVING.sub(" ", named.lower()))
    for token in _TOKEN.findall(text):
        word = token.strip(".:-–—/_#")
        if word and word not in _STATUS_WORDS and word not in {"🔺", "🔻", "\ufe0f"}:
            yield word


def tells_a_state(subject: str) -> bool:
    """It begins as alarms do, or says that all is well again."""
    return _LEADS_ILL.match(subject.lower()) is not None or recovers(subject)


def recovers(subject: str) -> bool:
    lower = subject.lower()
    if _SHOUTED.match(subject) or _LEADS_WELL.match(lower):
        return True
    if _LEADS_ILL.match(lower) or _NEGATED.search(lower):
        return False
    said = _ENDS_WELL.search(lower) or _SUCCEEDS.search(lower) or _SHOUTED_LAST.search(subject)
    return said is not None or _is_named_up(subject.split())


def _is_named_up(words: list[str]) -> bool:
    """ "Gate sw1 up", "link Lyon up", but not "please sign up"."""
    if len(words) < 2 or words[-1].strip(".!").lower() not in {"up", "clear", "online"}:
        return False
    named = words[-2]
    return any(letter in "0123456789./:" for letter in named) or any(map(str.isupper, named if len(words) > 2 else named[1:]))
