"""Whether a mail without telling headers answers by itself for somebody who is away, has left, or gets too much mail.

Its subject and its own words are weighed together, by the table auto_answers.toml. A request that is read as an absence would
go unanswered, and an absence that is read as a request only costs a look: so what asks for something is a person's.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TABLE: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(Path(__file__).with_name("auto_answers.toml").read_text("utf-8"))
_TOLD = ("away", "back", "unread", "instead", "gone", "received", "automatic", "challenge")
_REASONS = frozenset({"away", "gone", "received", "automatic", "challenge"})  # why no person answers; the rest goes with one
_SHIELDS = frozenset({"unread", "instead", "received", "challenge"})  # "please contact my colleague" asks us nothing

_WITHIN = 1_500  # characters of a text that are looked at
_LONGEST_SUBJECT = 300
_SHORT = 25  # bytes of a text that say nothing
_ASIDE = 20  # characters of a sentence that is a greeting, a name, a number to call
_KEY = 4  # letters by which sayings are looked up; shorter ones by their first
_BETWEEN = 60  # characters that "…" may stand for
_NOTICE = 15  # letters of a single word that means a notice and nothing else
_HALF, _MOST = 0.45, 0.6  # of what is said
_BORDER = re.compile(r"\n[ \t]*\n|(?<=[。！？])|(?<=[^\W\d][.!?;])[ \n]+(?=[^a-zà-ÿ0-9 ])|(?<=[?!])\s+")
_ANSWERED = re.compile(r"[\s:：/–-](?:re|aw|sv|vs|odp|antw|rif|回复|答复|回覆|返信)\s?[:：]")  # "Urlaub Re: Printer"
_NUMBERED = re.compile(r"(?:ticket|case|request|vorgang|anfrage|n°|nr\.?|#)[ :#]{0,3}[0-9]{2}")  # a desk's own
_QUESTION = re.compile(r"[?？؟\u037e]")
_COMMON = _TABLE["everywhere"]
_GREETS = tuple(_COMMON["greets"])
_UNTIL = re.compile(rf"[0-9]|まで|까지|至|עד|حتى|đến|ถึง|\b(?:{'|'.join(_COMMON['until'])})\b")
_ONESELF = re.compile(rf"אני|أنا|ผม|ดิฉัน|[我私本\u3040-\u30ff\uac00-\ud7a3]|\b(?:{'|'.join(_COMMON['oneself'])})\b")
_WEAK = tuple(sorted({word for row in _TABLE.values() for word in row.get("subject", ())}))


def _index() -> Mapping[str, Sequence[tuple[str, str, str]]]:
    """First letters -> the sayings that begin so: what stands before `…`, what behind it, and their kind."""
    index: dict[str, list[tuple[str, str, str]]] = {}
    for row in _TABLE.values():
        for kind in (*_TOLD, "asks"):
            for phrase in row.get(kind, ()):
                head, _, tail = phrase.partition(" … ")
                key = head[:_KEY] if len(head) >= _KEY else head[:1]
                index.setdefault(key, []).append((head, tail, kind))
    return index


_INDEX = _index()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """What a text says: `told` holds how many such sayings there are of each kind, `share` how much of it they are.

    `opens`: it begins with one. `asks`: it wants something from us; `asks_first`: before it says anything of that kind, and
    `questions_first`: with a question mark. `personal`: it says of its author that he is away. `short`: it says next to
    nothing.
    """

    told: Mapping[str, int]
    share: float
    opens: bool
    asks: bool
    asks_first: bool
    questions_first: bool
    personal: bool
    short: bool

    @property
    def reasons(self) -> frozenset[str]:
        return _REASONS & self.told.keys()

    @property
    def explains(self) -> bool:
        """It gives a reason why no person answers, and not that somebody else is away."""
        sure = self.reasons - {"automatic"} - (set() if self.personal else {"away"})
        return bool(sure) or (bool(self.reasons) and not _SHIELDS.isdisjoint(self.told))


def tone_of(text: str, *, patiently: bool) -> Tone:
    """`patiently`: also where it begins with something else."""
    told: dict[str, int] = {}
    said = covered = 0
    opens: bool | None = None
    asks = asks_first = questions_first = personal = False
    for sentence in _sentences(text[:_WITHIN]):
        found = _sayings(sentence)
        queries = _QUESTION.search(sentence) is not None and not ("instead" in found and len(sentence) <= 2 * _ASIDE)
        wants = (found.pop("asks", 0) and _SHIELDS.isdisjoint(found)) or queries
        if wants:
            asks_first = asks_first or not told
            questions_first = questions_first or (queries and not told)
            asks = True
        elif not found and (len(sentence) <= _ASIDE or sentence.startswith(_GREETS)):
            continue
        personal = personal or ("away" in found and _ONESELF.search(sentence) is not None)
        if "away" in found and _UNTIL.search(sentence):
            found["back"] = found.get("back", 0) + 1
        for kind, count in found.items():
            told[kind] = told.get(kind, 0) + count
        said += len(sentence)
        covered += len(sentence) if found else 0
        opens = bool(found) if opens is None else opens
        if not (opens or patiently):
            break
    return Tone(
        told=told, share=covered / said if said else 0, opens=bool(opens), asks=asks, asks_first=asks_first,
        questions_first=questions_first,
        personal=personal, short=len(text.strip().encode(errors="replace")) < _SHORT,
    )  # fmt: skip


def _sayings(text: str) -> dict[str, int]:
    """How many sayings of each kind a text in lower case holds; of those that overlap, one counts."""
    found: dict[str, int] = {}
    ends: dict[str, int] = {}
    for at in [at for at, letter in enumerate(text) if letter in _INDEX or text[at : at + _KEY] in _INDEX]:
        for key in (text[at : at + _KEY], text[at]):
            for head, tail, kind in _INDEX.get(key, ()):
                if at < ends.get(kind, 0) or not text.startswith(head, at):
                    continue
                end = at + len(head)
                if (kind == "asks" and _is_inside(text, at)) or (kind == "away" and _is_inside(text, end)):
                    continue
                if tail and text.find(tail, end, end + _BETWEEN) < 0:
                    continue
                found[kind] = found.get(kind, 0) + 1
                ends[kind] = end
    return found


def _is_inside(text: str, at: int) -> bool:
    """Does a word of Latin letters go on here?"""
    return 0 < at < len(text) and text[at - 1].isalpha() and "a" <= text[at] < "\u0250"


def _sentences(text: str) -> Iterator[str]:
    """One after the other: of most texts only the first is asked for."""
    start = 0
    for border in _BORDER.finditer(text):
        if sentence := " ".join(text[start : border.start()].split()):
            yield sentence.lower()
        start = border.end()
    if sentence := " ".join(text[start:].split()):
        yield sentence.lower()


def hints_in(subject: str) -> bool:
    """Whether it begins as such subjects do, though people's may too. `subject` is in lower case."""
    subject = subject[:_LONGEST_SUBJECT]
    if subject.startswith(_WEAK) and any(subject.startswith(word) and not _goes_on(subject, len(word)) for word in _WEAK):
        return True
    return not _REASONS.isdisjoint(_sayings(subject))


def _goes_on(subject: str, at: int) -> bool:
    """Does the word go on? Where words are not divided, or are joined to longer ones, that says nothing."""
    return subject[at - 1].isascii() and at < len(subject) and subject[at].isalpha()


def bears_out(subject: str, tone: Tone, *, named: bool) -> bool:
    """Whether what a machine's subject says is not contradicted by the text below it. `named`: it calls itself automatic."""
    head, colon, rest = subject.replace("：", ":").partition(":")
    if head == "auto":  # a car
        return bool(tone.told) or tone.short
    if colon and rest.strip():
        named = named or (len(head) >= _NOTICE and " " not in head)  # "Abwesenheitsnotiz"
        return not (tone.questions_first if named else tone.asks_first)
    other = "away" not in tone.told and bool(tone.told.keys() - {"automatic"})
    return not tone.asks and (other or tone.explains or tone.short)


def answers_by_itself(subject: str, tone: Tone) -> bool:
    """Whether subject and text together say so; the less the subject hints at it, the more the text must. `subject` is in lower
    case and without what marks an answer."""
    if tone.told.get("challenge", 0) >= 2:
        return True
    if tone.asks:
        return False
    several = len(tone.told) >= 2 or any(tone.told.get(kind, 0) >= 2 for kind in ("received", "gone"))
    if _NUMBERED.search(subject) and "received" in tone.told and tone.share >= _HALF:
        return True
    if hints_in(subject):
        enough = (several and (tone.explains or not tone.reasons)) or (tone.personal and tone.opens)
        return (enough and tone.share >= _HALF) or _ANSWERED.search(subject) is not None
    return several and (tone.explains or len(tone.told) >= 3) and tone.opens and tone.share >= _MOST
