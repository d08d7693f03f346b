"""Text as the lexicon reads it: lower case, plain quotes, what its author wrote this time, without greetings and markup.

What is dropped is blanked, not cut, so a place in the normalised text is the same place in the user's own text;
only where Unicode normalisation changes lengths (ligatures, full-width letters, soft hyphens) is a map kept.
"""

import re
import unicodedata
from dataclasses import dataclass

from classifier.own_words import own_words, stop, without_greetings

WINDOW = 4_000  # characters that are read, from the first visible one
FIRST_VISIBLE = re.compile(r"\S")
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\xa0": " ", "\r": " ", "\t": " "}
)
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")

MARKUP = re.compile(r"<[a-z/!][^<>]{0,300}>|&(?:[a-z]{2,6}|#x?[0-9a-f]{1,5});")
LINK = re.compile(r"https?://\S{1,400}|www\.\S{1,200}")
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}")
MAIL_HEADERS = re.compile(
    r"\b(?:from|von):(?:(?!\bfrom:|\bvon:).){1,800}?\b(?:subject|betreff):(?: ?(?:re|fwd?|aw|wg):){0,3}", re.DOTALL
)
HEADER_LINE = re.compile(
    r"^[> ]{0,6}(?:from|sent|date|to|cc|bcc|importance|reply-to):.*$|^-{3,} ?(?:original|forwarded) .*$", re.MULTILINE
)
DISCLAIMER = re.compile(
    r"(?:confidentiality (?:notice|note) ?: *)?"
    r"(?:this (?:e-?mail|message|communication)|the information (?:contained|in this))[^\n]{0,120}"
    r"(?:confidential|privileged|intended (?:only|solely)).*|if you (?:have received|are not the intended).*",
    re.DOTALL,
)
DISCLAIMED = ("confidential", "privileged", "intended", "if you have received")  # in every such sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """`places` gives each character's offset in the original; None if they are only shifted by `start`."""

    text: str
    original: str
    start: int = 0
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of normalised[start:end]; `end` > `start`."""
        if self.places is None:
            return self.start + start, self.start + end
        return self.places[start], self.places[end - 1] + 1


def normalise(original: str) -> Normalised:
    """Read at most WINDOW characters, from the first visible one on."""
    visible = FIRST_VISIBLE.search(original)
    if visible is None:
        return Normalised(text="", original=original)
    start = visible.start()
    window = original[start : start + WINDOW].translate(PLAIN)
    lowered = window.lower()
    if window.isascii() or _keeps_places(window, lowered):
        return Normalised(text=_without_boilerplate(lowered), original=original, start=start)
    letters, places = [], []
    for place, character in enumerate(window, start):
        if character not in INVISIBLE:
            plain = unicodedata.normalize("NFKC", character).lower()
            letters.append(plain)
            places.extend([place] * len(plain))
    return Normalised(text=_without_boilerplate("".join(letters)), original=original, places=tuple(places))


def _keeps_places(window: str, lowered: str) -> bool:
    return len(lowered) == len(window) and unicodedata.is_normalized("NFKC", lowered) and INVISIBLE.isdisjoint(lowered)


def _without_boilerplate(text: str) -> str:
    if "<" in text or "&" in text:
        text = MARKUP.sub(_spaces, text)
    text = own_words(text)
    if "://" in text or "www." in text:
        text = LINK.sub(_spaces, text)
    if "@" in text:
        text = ADDRESS.sub(_spaces, text)
    if ":" in text:
        text = HEADER_LINE.sub(_stop, MAIL_HEADERS.sub(_stop, text))
    text = without_greetings(text)
    return DISCLAIMER.sub(_stop, text) if any(sign in text for sign in DISCLAIMED) else text


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _stop(match: re.Match[str]) -> str:
    return stop(match.group())
