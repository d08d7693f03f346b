"""Which part of a message its author wrote: what stands below it (signatures, earlier mail) is not what it is about.

Everything works on normalised text (lower case, plain quotes) and blanks what it drops, so that places stay right. Mail that
somebody forwards without a word of their own is the matter itself, and is kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_RULE = 8  # underscores that make a line between two mails

_EDGE = r"[ >*|]{0,6}"
_FROM = r"(?:from|von|de|da|van|od)"
_FIELD = (
    r"(?:sent|date|to|cc|bcc|subject|importance|priority|reply-to|attachments|gesendet|datum|an|kopie|betreff|envoy[ée]|date"
    r"|[àa]|objet|enviado(?: el)?|fecha|para|asunto|inviato|data|oggetto|verzonden|aan|onderwerp|wysłano|do|temat)"
)
_BLOCK = (
    rf"{_EDGE}{_FROM} ?\*?:[^\n]{{1,300}}(?:\n[ >|]{{0,6}}){{1,2}}\*?{_FIELD} ?\*?:[^\n]{{0,1000}}"
    rf"(?:(?:\n[ >|]{{0,6}}){{1,2}}\*?{_FIELD} ?\*?:[^\n]{{0,1000}}){{1,8}}"
)
_WROTE = r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|napisał\(?a?\)?)"
_ATTRIBUTION = (
    rf"{_EDGE}(?:on|am|le|el|il|op|w dniu|dnia)\b[^\n]{{4,200}}(?:\n[^\n]{{0,120}})?\b{_WROTE}\b[^\n:]{{0,120}}:[ *]{{0,3}}$"
)
_ORIGINAL = rf"{_EDGE}-{{2,20}} ?(?:original|ursprüngliche|message d'origine|mensaje original)[^\n]{{0,60}}$"
_RULE = rf" {{0,3}}_{{{LEAST_RULE},200}} {{0,3}}$(?=(?:\n {{0,3}}){{1,3}}\*?{_FROM} ?\*?:)"
_FORWARDED = (
    rf"{_EDGE}-{{0,20}} ?(?:begin )?(?:forwarded (?:message|by)|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato)\b[^\n]{0,80}$"
)
# Every mark begins a line. A pattern that begins with the line feed itself is searched ten times faster than one with ^.
BELOW = re.compile(
    rf"\n(?:(?P<forwarded>{_FORWARDED})|(?P<block>{_BLOCK})|(?P<wrote>{_ATTRIBUTION})|(?P<line>{_ORIGINAL}|{_RULE}))",
    re.MULTILINE,
)
SUBJECT = re.compile(
    r"^[ >*|]{0,6}(?:subject|betreff|objet|asunto|oggetto|onderwerp|temat) ?\*?: *(?:(?:re|fwd?|aw|wg) ?: *){0,3}", re.MULTILINE
)
PASSED_ON = re.compile(r" *(?:(?:re|aw|sv|antw) ?: ?){0,3}(?:fwd?|wg|tr|rv|i|doorst) ?:")
QUOTED = re.compile(r"^ {0,3}(?:>|\|>)[^\n]*$", re.MULTILINE)
ANSWERED_BELOW = re.compile(r"(?:\s{0,200}>[^\n]*)+")

_REGARDS = (
    r"(?:(?:(?:many )?thanks(?: a lot| again| in advance)?|thank you(?: very much)?)(?:,| and| &| &amp;) ?)?"
    r"(?:(?:best|kind|kindest|warm|many|with(?: best| kind)?)? ?"
    r"(?:regards|wishes|greetings)|rgds|brgds|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|all the best"
    r"|(?:mit )?(?:freundlichen?|besten?|vielen?|lieben?|schönen?) (?:gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss))|mfg|gru(?:ß|ss)"
    r"|(?:bien )?cordialement|saludos(?: cordiales)?|(?:un )?cordial saludo|cordiali saluti|distinti saluti"
    r"|met vriendelijke groet(?:en)?|pozdrawiam|z poważaniem)"
)
REGARDS = re.compile(rf"(?:^ *|(?<=[.!?,;)-]) +){_REGARDS}\b[^\n]{{0,200}}$(?:\n[^\n]{{0,300}}){{0,15}}", re.MULTILINE)
_THANKS_AHEAD = r"(?:many )?(?:thanks|thank you)\b[^\n.!?]{0,60}\b(?:help|support|advance|assistance)"
# These open mails as well as they end them: what follows must look like a name.
CHEERS = re.compile(
    rf"^ *(?:{_THANKS_AHEAD}"
    r"|cheers|thanks(?: (?:a lot|again|in advance|so much))?|thank you(?: (?:very much|in advance|so much|all))?"
    r"|many thanks|thx|tnx|yours|br|best|lg|vg|danke|merci) ?[,.!]{0,3} *$"
    r"(?:\n *){1,3}[^\W\d_][\w.'-]{0,20}(?:,? [\w.'-]{1,20}){0,2},? *(?=\n|\Z)"
    r"(?:\n[^\n]{0,80}){0,10}",
    re.MULTILINE,
)
CLOSING_THANKS = re.compile(rf"^ *{_THANKS_AHEAD}[.!]? *$", re.MULTILINE)
DELIMITER = re.compile(r"^(?:--|__) {0,3}$.*", re.MULTILINE | re.DOTALL)
DEVICE = re.compile(
    r"^ *(?:sent (?:from|via|with|by) (?:my|an?|the|mail|yahoo|outlook|gmail|samsung|proton)\b|sent from \w{1,20} for "
    r"|get outlook for "
    r"|(?:von mein\w{1,2}|vom|von) [^\n]{1,30} gesendet|gesendet mit |gesendet von |envoyé de(?:puis)? mon |enviado desde mi "
    r"|inviato da(?:l mio)? |verzonden vanaf ).*",
    re.MULTILINE | re.DOTALL,
)

ENDINGS: Sequence[tuple[re.Pattern[str], Sequence[str]]] = (
    # and letters of which some are in whatever it finds: looked for first, for the patterns are slow on long texts
    (DELIMITER, ("--", "__")),
    (DEVICE, ("sent ", "outlook", "gesendet", "envoyé", "enviado", "inviato", "verzonden")),
    (QUOTED, (">",)),
    (REGARDS, ("regards", "wishes", "greetings", "rgds", "sincerely", "yours ", "all the best", "gru", "grü", "mfg", "cordial",
               "saludo", "saluti", "groet", "pozdrawiam", "poważaniem")),
    (CHEERS, ("thank", "cheers", "thx", "tnx", "yours", "br", "best", "lg", "vg", "danke", "merci")),
    (CLOSING_THANKS, ("thank",)),
)  # fmt: skip

GREETED = r"all|team|everyone|everybody|colleagues?|folks|sirs?|madam|there|support|it|help ?desk|service ?desk"
# Begins with what stands before it, the line feed of the first line too: searched several times faster than a look behind.
GREETING = re.compile(
    r"([.!?:\n]) *(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|thanks|thank you)\b"
    rf"(?:(?: (?:{GREETED})\b){{1,3}}|(?: [\w.]{{1,20}}){{0,3}}(?=[,!\n]))",
)
WORD = re.compile(r"[^\W_]+")
THANKS = re.compile(r"\b(?:thank|thanks|thx|danke|merci)\b")
# A remark of nothing but these points at what it stands above.
POINTS = frozenset({
    "below", "see", "fyi", "fyr", "forward", "forwarded", "forwarding", "fw", "fwd", "wg", "help", "assist", "check", "look",
    "handle", "advise", "attached", "trail", "following", "support", "action", "read", "unten", "siehe", "info",
    "weitergeleitet", "anbei", "prüfen",
})  # fmt: skip
SMALL = frozenset({
    "please", "pls", "plz", "kindly", "take", "care", "of", "this", "it", "the", "mail", "email", "message", "from", "our",
    "a", "an", "user", "customer", "colleague", "can", "could", "you", "somebody", "someone", "one", "into", "at", "and",
    "for", "your", "information", "attention", "with", "chain", "here", "is", "me", "us", "asap", "urgent", "urgently",
    "needful", "do", "i", "we", "got", "am", "are", "was", "need", "needs", "thanks", "thank", "hi", "hello", "dear", "all",
    "team", "bitte", "zur", "ihre", "um", "ich", "das", "die", "den", "danke", "to", "on", "that", "re", "request", "issue",
    "problem", "above", "mentioned",
})  # fmt: skip
MOST_POINTING = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A mail among the mails of a message: from `start` to `end`; its mark (headers, "... wrote:") begins at `mark`.
    `passed_on`: the author passes it on. `answered`: it is quoted line by line, and answers may stand in between."""

    mark: int
    start: int
    end: int
    passed_on: bool = False
    answered: bool = False


def own_words(text: str) -> str:
    """The same length, with everything blanked that its author did not write this time."""
    parts = list(_parts(text))
    kept: list[str] = []
    for place, part in enumerate(parts):
        nothing_yet = _says_nothing("".join(kept))
        if place and not (part.passed_on or part.answered or nothing_yet):
            kept.append(stop(text[part.mark :]))
            break
        words = text[part.start : part.end]
        if part.answered and not nothing_yet:
            words = QUOTED.sub(_stop, words)
        words = _without_signature(words)
        kept.append(_about(text[part.mark : part.start]) + words)
    return "".join(kept)


def without_greetings(text: str) -> str:
    return GREETING.sub(_stop_behind, f"\n{text}")[1:]


def _parts(text: str) -> Iterator[Part]:
    mark = start = 0
    passed_on = answered = False
    subject = PASSED_ON.match(text) is not None
    for found in BELOW.finditer("\n" + text):
        begins, ends = found.start(), found.end() - 1
        if mark == start == begins or (start > mark and not text[start:begins].strip()):
            passed_on = passed_on or found["forwarded"] is not None  # a line and the headers below it are one mark
        else:
            yield Part(mark=mark, start=start, end=begins, passed_on=passed_on, answered=answered)
            mark = begins
            passed_on, subject = subject or found["forwarded"] is not None, False
        start = ends
        answered = found["wrote"] is not None and ANSWERED_BELOW.match(text, start) is not None
    yield Part(mark=mark, start=start, end=len(text), passed_on=passed_on, answered=answered)


def _without_signature(text: str) -> str:
    """Of one mail. What would leave nothing is no signature."""
    for pattern, signs in ENDINGS:
        if any(sign in text for sign in signs):
            shorter = pattern.sub(_stop, text)
            if shorter != text and WORD.search(shorter):
                text = shorter
    return text


def _about(mark: str) -> str:
    """Of the headers of a mail that is kept, what it is about."""
    subject = SUBJECT.search(mark)
    if subject is None:
        return stop(mark)
    end = mark.find("\n", subject.end())
    end = len(mark) if end < 0 else end
    return stop(mark[: subject.end()]) + mark[subject.end() : end] + stop(mark[end:])


def _says_nothing(text: str) -> bool:
    words = WORD.findall(without_greetings(text) if not THANKS.search(text) else text)
    if not words:
        return True
    said = set(words)
    return len(words) <= MOST_POINTING and not said.isdisjoint(POINTS) and said <= POINTS | SMALL


def _stop(match: re.Match[str]) -> str:
    return stop(match.group())


def _stop_behind(match: re.Match[str]) -> str:
    return match[1] + stop(match.group()[1:])


def stop(text: str) -> str:
    """Blank, but keep what stands before and behind from being read as one sentence."""
    return "." + " " * (len(text) - 1) if text else ""
