"""Sentences of a message, and what they speak of: one person or many, a thing or a service, a test or the real one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from intake.desk.names_in_text import LONGEST_READ

LONGEST_TITLE = 200  # characters of a first line that tells what the rest is about
WELL_WITHIN = 40  # characters after a name in which "works fine" speaks of it
NEAR = 4  # words from a name within which a thing or a test is part of what is named
AROUND = 80  # characters that are looked through for them

_END = re.compile(r"[.!?;](?=\s)|\n\s{0,200}\n")
_CLAUSE = re.compile(
    r",(?=\s)|\b(?:but|although|though|whereas|while|because|since|after|before|during|if|when|so that|however|therefore"
    r"|and(?= i\b)|aber|weil|seit|nach|während|wenn)\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\b(?:we|us|everyone|everybody|nobody|no one|noone|none of|users|colleagues|employees|people|customers|suppliers"
    r"|staff|teams?|departments?|many|several|multiple|for all|all of|wir|uns|alle|niemand|keiner|kollegen|mehrere)\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:i|i'm|i've|me|my|mine|myself|he|she|his|her|him|user|ich|mir|mich|mein\w{0,2}"
    r"|(?:one|a|this|single|another|the) (?:colleague|person|employee|customer|coworker|worker|operator))\b",
    re.IGNORECASE,
)
# "I think that the ERP is down" tells of the ERP, not of the one who thinks.
_TELLS = re.compile(
    r"\bi(?: am|'m)?(?: just| also| only)? (?:think|believe|guess|see|saw|hear|heard|notice|noticed|noted|assume|suspect|know"
    r"|afraid|report|reporting|writing|calling|(?:would like|want|wanted) to (?:report|inform|let you know))\b"
    r"|\b(?:tell|let|inform|call|ring|contact) me\b|\bmy (?:name|phone number|number)\b",
    re.IGNORECASE,
)
_ONLY_ONE = re.compile(
    r"\b(?:only|just) (?:i|me|my|mine|one (?:user|person|colleague)|for me|on my|this (?:pc|computer|laptop|notebook))\b"
    r"|\b(?:works?|fine|ok) for (?:all )?(?:others|my colleagues?|everyone else|everybody else|the others|all others)\b"
    r"|\b(?:others|my colleagues?|everyone else|everybody else) (?:can|could|have no|has no|is fine|are fine)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:whole|entire|complete|completely|all|everything|everyone|everybody|nobody|no one|noone|site|plant|factory|everywhere"
    r"|alle|ganze\w?|komplett\w{0,2}|niemand|werk|standort)\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:(?:printer|laptop|notebook|computer|pc|monitor|screen|keyboard|mouse|headset|phone|scanner|tablet|dock|camera|projector"
    r"|beamer|plotter|copier|mobile|iphone|ipad|cable|charger|workstation|desktop|terminal|handheld|handset|badge|account|mailbox"
    r"|drucker|bildschirm|room|floor|hall|building|canteen|kitchen|corridor|desk)s?|docking stations?|meeting rooms?)\b",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"\b(?:(?:test|testing|tests|dev|development|training|sandbox|qa|staging|demo|uat|preprod|pre-prod|pre-production"
    r"|testsystem|schulung\w{0,10})\b"
    r"(?! (?:teams?|departments?|people|engineers|colleagues|group|lab|bench|bay|field|hall|cent(?:er|re))\b))",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"\b(?:(?:works?|runs|working|running|available|reachable)"
    r"(?: (?:fine|well|ok|okay|normally|perfectly|as usual)| *(?=$|[,.;!)]))"
    r"|is (?:ok|okay|fine|up|alive)|not affected|unaffected|without (?:problems|issues))",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|nothing|stopped|stops|doesn't|isn't|won't|don't|cannot|can't|hardly|barely|problems?|trouble|issues?|nicht)\b",
    re.IGNORECASE,
)
# Where people are whom it hits: "down in building 3".
_THERE = re.compile(
    r"\b(?:in|on|at|from|im|in der) (?:the |our |whole |all )?(?:building|hall|floor|halle|gebäude)s?\b", re.IGNORECASE
)
_WORDS_BEFORE = re.compile(rf"(?:[^\W_]+[^\w,]{{1,3}}){{0,{NEAR}}}\Z")
_WORDS_AFTER = re.compile(rf"(?:[^\w,]{{1,3}}[^\W_]+){{0,{NEAR}}}")
_BARE = re.compile(
    r"\b(?:re|fw|fwd|urgent|issue|issues|problem|problems|system|outage|incident|production|prod|help|ticket)\b", re.IGNORECASE
)


# Behind a name: not the service, but a piece of it. "Users report that SAP is down" speaks of no report.
_PART = re.compile(
    r"[ -](?:gui|client|transaction|t-?code|report|token|link|icon|tile|calendar|search|add-?in|plug-?in|session|button|export"
    r"|app)s?\b(?! that\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """text[start:end] of the message. A `is_title` is its first line."""

    text: str
    start: int
    end: int
    is_title: bool = False

    def holds(self, place: int) -> bool:
        return self.start <= place < self.end

    def clause(self, place: int) -> "Sentence":
        """The part of it, between commas and conjunctions, in which a place lies."""
        cuts = [self.start, *(match.start() for match in _CLAUSE.finditer(self.text, self.start, self.end)), self.end]
        start = max(cut for cut in cuts if cut <= place)
        return Sentence(text=self.text, start=start, end=min(cut for cut in cuts if cut > place))

    def is_bare(self, start: int, end: int) -> bool:
        """There is nothing in it but that name, and words that anybody writes into a subject."""
        rest = self.text[self.start : start] + " " + self.text[end : self.end]
        return not any(map(str.isalnum, _BARE.sub("", rest)))

    def says_well_after(self, end: int) -> bool:
        """It is named as something that works."""
        after = self.text[end : min(self.end, end + WELL_WITHIN)]
        well = _WELL.search(after)
        return well is not None and _DENIED.search(after[: well.start()]) is None

    def around(self, start: int, end: int) -> "Sentence":
        """The few words next to text[start:end], and itself."""
        before = _WORDS_BEFORE.search(self.text, max(self.start, start - AROUND), start)
        after = _WORDS_AFTER.match(self.text, end, min(self.end, end + AROUND))
        return Sentence(text=self.text, start=before.start() if before else start, end=after.end() if after else end)

    def names_a_part(self, end: int) -> bool:
        """What is named is only where some part belongs."""
        return _PART.match(self.text, end, self.end) is not None

    @cached_property
    def speaks_of_many(self) -> bool:
        return self._has(_MANY)

    @cached_property
    def speaks_of_one(self) -> bool:
        return _ONE.search(_TELLS.sub("", self.words)) is not None

    @cached_property
    def says_only_one(self) -> bool:
        return self._has(_ONLY_ONE)

    @cached_property
    def speaks_of_the_whole(self) -> bool:
        return self._has(_WHOLE)

    @cached_property
    def is_about_a_thing(self) -> bool:
        return _THING.search(_THERE.sub("", self.words)) is not None

    @cached_property
    def is_about_a_test(self) -> bool:
        return self._has(_TEST)

    @cached_property
    def words(self) -> str:
        return self.text[self.start : self.end].replace("’", "'")

    def _has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.words) is not None


def sentences(text: str) -> Sequence[Sentence]:
    """Of as much as is classified. The first line is a sentence of its own: subjects end without a full stop."""
    begin = len(text) - len(text.lstrip())
    stop = min(len(text), begin + LONGEST_READ)
    line = text.find("\n", begin, min(stop, begin + LONGEST_TITLE))
    cuts = {begin, stop, *(match.end() for match in _END.finditer(text, begin, stop)), *([line + 1] if line > 0 else [])}
    places = sorted(cuts)
    return [
        Sentence(text=text, start=start, end=end, is_title=start == begin and end == line + 1)
        for start, end in pairwise(places)
    ]
