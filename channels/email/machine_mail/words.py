"""What machines write in subjects, in many languages: the table machine_mail.toml, and how its words are looked for."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Kind = Literal[
    "out_of_office", "is_out_of_office", "auto_reply", "away_text", "read_receipt", "delivered", "bounce", "delayed",
    "complaint", "bounce_text", "delayed_text", "receipt_text",
]  # fmt: skip

_TABLE: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(Path(__file__).with_name("machine_mail.toml").read_text("utf-8"))


def _column(name: str) -> Mapping[str, tuple[str, ...]]:
    return {kind: tuple(columns.get(name, ())) for kind, columns in _TABLE.items()}


def _by_first_letter(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Hundreds begin a subject of some kind, and few of them with its letter."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for kind, phrases in _column(name).items():
        letters = found.setdefault(kind, {})
        for phrase in phrases:
            letters[phrase[0]] = (*letters.get(phrase[0], ()), phrase)
    return found


_HOLDS, _ENDS = _column("holds"), _column("ends")
_BEGINS, _LEADS = _by_first_letter("begins"), _by_first_letter("leads")
_PLAIN_LENGTH = 15  # of a single word that means one thing: Abwesenheitsnotiz
_OF_DELIVERY = re.compile(
    "deliver|unknown|no such|mailbox|recipient|reject|addressee|zugestellt|zustell|remis|distribu|entreg|recapit|consegn|bezorg"
    "|lever|toimit|dostarcz|doruč|kézbes|livra|достав|παρ|teslim|退|配信|送信|无法|無法|배달"
)
_DELIVERY = tuple(words for words in _HOLDS["bounce_text"] if _OF_DELIVERY.search(words))
_AFTER_LEAD = "*[({<-–—_:：;,.!|/\"'“”„«»"
_REPLY_PREFIX = re.compile(
    r"\A(?:(?:re|aw|sv|vs|odp|antw|rif|fwd?|wg|tr|ynt|回复|答复|回覆|返信)\s{0,3}(?:\[[0-9]{1,3}\])?\s{0,3}[:：]\s{0,3}"
    r"|\[(?:external|extern|ext)\]:?\s{0,3}|external:\s{0,3}){1,5}",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"-[^\W\d_]")  # "Auto-lock" is no "Auto -"
_WHEN = re.compile(
    r"[\s.!]{0,5}(?:\([^()]{0,80}\)|(?:until|till|from|on|bis|vom|ab|jusqu'au|du|hasta|al?|fino al|tot|t\.?o\.?m\.?)"
    r" [^,;?]{0,60})?[\s.!]{0,5}\Z"
)

_IS_AWAY = re.compile("|".join(map(re.escape, sorted(_ENDS["is_out_of_office"], key=len, reverse=True))))


def bare(subject: str) -> str:
    """In lower case, without what marks an answer or a mail passed on."""
    return _REPLY_PREFIX.sub("", subject.strip().lower())


def is_reply(subject: str) -> bool:
    return _REPLY_PREFIX.match(subject.strip()) is not None


def begins(kind: Kind, text: str) -> bool:
    return text.startswith(_BEGINS[kind].get(text[:1], ()))


def holds(kind: Kind, text: str) -> bool:
    return any(map(text.__contains__, _HOLDS[kind]))


def tells_of_delivery(text: str) -> bool:
    """In words that hardly mean anything else, unlike "refused" or "not found"."""
    return any(map(text.__contains__, _DELIVERY))


def has(kind: Kind, subject: str) -> bool:
    return begins(kind, subject) or holds(kind, subject) or leads(kind, subject)


def leads(kind: Kind, subject: str, *, plainly: bool = False) -> bool:
    """Whether it begins with such words, and then a sign or nothing. `plainly`: only words, and only signs, that no person's
    subject is likely to begin with."""
    leading = _LEADS[kind].get(subject[:1], ())
    if not subject.startswith(leading):
        return False
    return any(
        _goes_on(subject[len(words) :].lstrip(), plainly) and (not plainly or _is_plain(words))
        for words in leading
        if subject.startswith(words) and not _COMPOUND.match(subject, len(words))
    )


def _goes_on(rest: str, plainly: bool) -> bool:
    if not rest or _REPLY_PREFIX.match(rest):
        return True
    return rest[0] in ":：" or rest in {".", "!"} if plainly else rest[0] in _AFTER_LEAD


def _is_plain(words: str) -> bool:
    """ "Ferie", "absence" and "semester" are about many things."""
    return len(words) >= _PLAIN_LENGTH or not words.isascii() or " " in words or "-" in words


def is_away(subject: str) -> bool:
    """Somebody "is out of the office", and that is all the subject says."""
    found = _IS_AWAY.search(subject, 2)
    return found is not None and found.start() < 100 and _WHEN.match(subject, found.end()) is not None


def unquoted(subject: str) -> str:
    """Without the subject of the mail that it tells of, where it says "Undeliverable: …"."""
    head, colon, _ = subject.partition(":")
    told = head.strip() in _BEGINS["bounce"].get(head.strip()[:1], ()) and not head.startswith(("delivery", "notice", "notif"))
    return head.strip() if colon and told else subject
