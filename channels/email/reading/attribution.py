"""The line above a quoted message that says who wrote it and when: "On <date> X wrote:" and its kin."""

import re
from dataclasses import dataclass

from channels.email.reading.labels import ADDRESS, DATE, EDGE, MAX_LINE, TIME, folded, plain, spaced, words

_LINES = 4
_LENGTH = 400
_NAMELESS = 16  # words of an attribution without an address
_COLONS = ":："
_VERBS = words("wrote")
_PRONOUNS = frozenset(words("pronouns"))
_BY = frozenset(words("by"))
_AROUND = frozenset(words("around"))
_STARTED = rf"(?:{'|'.join(map(re.escape, words('starts')))})(?:\b|(?<=[\u0590-\uffff]))"
_BEGINNING = re.compile(_STARTED)
_STARTING = re.compile(_STARTED + r"[^0-9]{0,40}[0-9]")
_YEAR = re.compile(r"(?<![0-9])(?:19|20|25)[0-9]{2}(?![0-9])|[0-9]{1,2} ?[./-] ?[0-9]{1,2} ?[./-] ?[0-9]{2}")
_TOLD = re.compile("[了并後就把]|後に|て、?次|[がをに]")  # in scripts without capitals: words of a sentence, and of no name
_HINT = re.compile(r"[\d@]")
_CLOSERS = frozenset(">)]")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_GROUPWISE = re.compile(r"[ \t]{0,3}(?:>>>|<<<)[^<>]{0,200}(?:<[^<>\s]{1,200}>)?[^<>]{0,60}>>>\s*\Z")
_MESSAGE_ID = re.compile(r"[ \t]{0,3}<[^<>\s]{3,200}>:\s*\Z")
_ARROWS = re.compile(r"[ \t]{0,3}>{2,9} ?\"")  # supercite: >>>>> "Ada" == Ada Byte <ada@x.example> writes:


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """`strong`: certain even where what follows bears no quote marks. `addressed`: it names its author's address."""

    lines: int
    strong: bool
    addressed: bool


def is_groupwise(line: str, below: str = "") -> bool:
    """`>>> Name <address> date >>>`, which looks like a quote and is the line above one without marks."""
    if line[:4] == ">>> " and _MESSAGE_ID.match(below[:300]) and "@" in line and DATE.search(line[:MAX_LINE]):
        return True  # German: "schrieb am ... in Nachricht", and the Message-ID below it
    return (
        ">>>" in line
        and len(line) <= 400
        and _GROUPWISE.match(line) is not None
        and (DATE.search(line) or ADDRESS.search(line)) is not None
    )


def is_supercite(line: str) -> bool:
    return _ARROWS.match(line) is not None and line.rstrip().endswith(":") and ADDRESS.search(line[:MAX_LINE]) is not None


def attribution(lines: list[str], start: int) -> Attribution | None:
    """Over at most four lines, from line `start` on."""
    first = lines[start][:MAX_LINE].strip(EDGE)
    if not first or not (first[-1] in _COLONS or (_HINT.search(first) and _may_begin(spaced(first)))):
        return None
    joined, open_ended = "", None
    for count in range(1, min(_LINES, len(lines) - start) + 1):
        line = lines[start + count - 1][:MAX_LINE].strip(EDGE)
        if not line or line[0] == ">" or len(joined) + len(line) > _LENGTH:
            break
        joined = f"{joined} {line}" if joined else line
        if _ends(line) and (found := _judged(joined, count)):
            if line[-1] != ">":
                return found
            open_ended = found  # the verb may be on the next line
    return open_ended


def starts_midway(line: str) -> bool:
    """Is the line above part of the attribution too, because this one begins with the address?"""
    return line.lstrip(EDGE)[:1] in {"<", "(", "["}


def _ends(line: str) -> bool:
    """A colon, Zoho's dashes, a verb, or an address behind a date ("2026/1/5 Name <address>", to which no colon was given)."""
    if line[-1] in _COLONS:
        return True
    if line[-1] == ">":
        return line[0].isdigit() and "@" in line
    if line[-1] == "-":
        return line[-3:] == "---"
    return spaced(line[-40:]).endswith(_VERBS)


def _may_begin(lower: str) -> bool:
    """May an attribution that goes on over the next line begin so?"""
    return lower[0].isdigit() or "@" in lower or _STARTING.match(lower) is not None or DATE.search(lower) is not None


def _judged(joined: str, count: int) -> Attribution | None:
    line = _Line(joined)
    if not (line.address or line.date or line.time or len(line.lower) <= 80):
        return None
    if verb := _verb_in(line.bare):
        if line.coloned or (line.address and line.date):
            return Attribution(lines=count, strong=line.coloned and line.is_strong(verb), addressed=line.address is not None)
        return None
    if line.address:
        strong = line.names_author_last()
        weak = line.coloned or (line.bare[0].isdigit() and line.bare.endswith(">"))
        told = (line.date or line.time) and weak
        return Attribution(lines=count, strong=strong, addressed=True) if told else None
    named = line.coloned and line.date and line.time and line.spoken <= _NAMELESS // 2
    return Attribution(lines=count, strong=False, addressed=False) if named else None


class _Line:
    """A line that may be an attribution, and what is in it; `coloned`: it ends as those do."""

    def __init__(self, joined: str) -> None:
        self.cased = " ".join(plain(joined).strip("- ").split())
        self.lower = folded(self.cased)
        self.bare = self.lower.rstrip(f"{_COLONS} ")
        self.coloned = self.bare != self.lower or joined[:3] == joined[-3:] == "---"
        self.address = ADDRESS.search(self.lower) if "@" in self.lower else None
        self.date = DATE.search(self.lower) is not None
        self.time = TIME.search(self.lower) is not None
        self._words = [word for word in _WORD.findall(self.lower) if not self.address or word not in self.address[0]]
        self.spoken = len(self._words)

    def is_strong(self, verb: tuple[int, int]) -> bool:
        tail = self.bare[verb[1] :]
        addressed = ADDRESS.search(tail)
        between = tail[: addressed.start()] if addressed else tail
        named = addressed and not _HINT.search(between) and self._is_name(verb[1], verb[1] + len(between), 2)
        told = (
            not tail.strip(" ,;")
            or named
            or DATE.search(between)
            or (not addressed and self._is_name(verb[1], len(self.bare), 0))
        )
        if not told:  # "Bob wrote that the following happens:"
            return False
        if not tail.strip() and not self._is_authored(verb[0]):
            return False
        if self.address:
            dated = (self.date or self.time) and self.spoken <= 2 * _NAMELESS
            return dated or (self.bare[: verb[0]].rstrip().endswith(">") and not tail.strip())
        begun = self.lower[0].isdigit() or _BEGINNING.match(self.lower)
        return self._is_dated() and begun is not None and self.spoken <= _NAMELESS and _PRONOUNS.isdisjoint(self._words)

    def _is_dated(self) -> bool:
        """As programs write dates, who leave out no year: people do."""
        return self.date and _YEAR.search(self.lower) is not None

    def _is_authored(self, verb: int) -> bool:
        """Is what stands before the verb, apart from date and address, a name and no sentence? "On 3 March the relay failed and
        wrote:" """
        if self.bare[:verb].rstrip(" \"',").endswith((">", ")", "]")):
            return True
        start = max((found.end() for sign in (DATE, TIME) for found in sign.finditer(self.lower, 0, verb)), default=0)
        said = self.cased[start:verb]
        if not said.strip(" ,;.-"):
            said = self.cased[:start]
        if self.address:
            said = said.replace(self.cased[self.address.start() : self.address.end()], " ")
        named = [word for word in _WORD.findall(said) if word.rstrip(".").lower() not in _AROUND]
        small = sum(word[0] == word[0].lower() != word[0].upper() for word in named)
        return (small == 0 or small == len(named) == 1 or (small <= 2 and self.address is not None)) and not _TOLD.search(said)

    def _is_name(self, start: int, end: int, small: int) -> bool:
        """Have all but so many words there a capital, or is their script without them?"""
        heads: list[str] = [word[0] for word in _WORD.findall(self.cased[start:end])]
        return sum(head == head.lower() != head.upper() for head in heads) <= small

    def names_author_last(self) -> bool:
        """Date, time and then the address, which is in brackets or behind a "by"."""
        if not (self.coloned and self.date and self.spoken <= _NAMELESS and self.address):
            return False
        if self.bare[-1:] in _CLOSERS:
            return self.time or _BEGINNING.match(self.lower) is not None
        before = self.bare[: self.address.start()].split()
        return self.address.end() == len(self.bare) and any(word.strip(",") in _BY for word in before[-6:])


def _verb_in(lower: str) -> tuple[int, int] | None:
    """Where the last verb stands that is a word by itself; languages without spaces between words are not asked that."""
    found: tuple[int, int] | None = None
    for verb in _VERBS:
        at = lower.rfind(verb)
        if at < 0 or (found and at + len(verb) <= found[1]):
            continue
        if verb[0] > "\u2e7f" or _stands_alone(lower, at, at + len(verb)):
            found = at, at + len(verb)
    return found


def _stands_alone(lower: str, start: int, end: int) -> bool:
    return not (start and lower[start - 1].isalnum()) and not (end < len(lower) and lower[end].isalnum())
