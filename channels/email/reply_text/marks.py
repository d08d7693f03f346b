"""Single lines at which history begins, or that no author wrote: marker lines, drawn rules, a gateway's warning."""

import re
from dataclasses import dataclass

from channels.email.reading.labels import EDGE, folded, words

_KINDS = {word: kind for kind in ("original", "forwarded") for word in words(kind)}
_OPENINGS = dict.fromkeys(words("introduces"), "original") | _KINDS
_BY_FIRST_LETTER: dict[str, list[str]] = {}
for _word in sorted(_OPENINGS, key=len, reverse=True):
    _BY_FIRST_LETTER.setdefault(_word[0], []).append(_word)
_FRAMES = frozenset("-‐_=*—–#<【[~─━")
_FRAMES_BEHIND = frozenset(":：-‐")
_FRAMED = frozenset({"--", "==", "‐‐"})
_TRIM = EDGE + ">-‐–—=#:：|•·.<[]()「」【】~─━"
_DRAWN = re.compile(r"[-_=*—–─━]{5,}\s*\Z")
_ABOVE = words("above")
_ANSWERS = ("reply", "respond", "antwort", "répond", "respuesta", "rispost", "resposta", "svar")
_ASKS = ("please ", "bitte ", "write ", *_ANSWERS)
_WARNINGS = words("banner")
_WARNS = words("warns")
_MOST_WARNED = 12  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    rule: str
    forwarded: bool


def is_rule(line: str) -> bool:
    """A drawn line such as ________ between a reply and its history."""
    return len(line) < 200 and _DRAWN.match(line.strip()) is not None


def marker(line: str, below: str = "") -> Marker | None:
    """`-----Original Message-----`, `Begin forwarded message:`, or our own "reply above this line".

    `below` is the next line, which may hold the end of a long one.
    """
    stripped = line.strip() if len(line) <= 200 else ""
    if not stripped or (
        stripped[0] not in _FRAMES and stripped[0] != "|" and stripped[-1] not in _FRAMES_BEHIND and len(stripped) > 80
    ):
        return None
    if _says_answer_above(stripped):
        return Marker(rule="own-marker", forwarded=False)
    if stripped[:3] == "|--" and stripped[-2:] == "->":  # the box in which Notes once drew author and date
        return Marker(rule="original-message", forwarded=False)
    if stripped == "-----BEGIN PGP SIGNATURE-----":
        return Marker(rule="pgp-signature", forwarded=False)
    if stripped[0] not in _FRAMES and stripped[-1] not in _FRAMES_BEHIND:
        return None
    bare = folded(stripped.strip(_TRIM))
    framed = stripped[:2] in _FRAMED and (stripped[-2:] in _FRAMED or below.rstrip()[-3:] == "---")
    kind = _KINDS.get(bare) if bare != "original" or framed else None
    if kind is None and framed and bare:  # "--- Forwarded by X on 1.2.2024 ---"
        kind = next((_OPENINGS[word] for word in _BY_FIRST_LETTER.get(bare[0], ()) if bare.startswith(f"{word} ")), None)
    return Marker(rule=f"{kind}-message", forwarded=kind == "forwarded") if kind else None


def asks(line: str) -> bool:
    """Does it begin like "Reply above this line"?"""
    return len(line) <= 80 and line[:12].lstrip().lower().startswith(_ASKS)


def _says_answer_above(line: str) -> bool:
    """ "##- Please type your reply above this line -##"; without a frame only where the line says little else."""
    framed = line[:1] in _FRAMES and line[1:2] in _FRAMES
    if not framed and not (len(line) <= 80 and asks(line)):
        return False
    lower = folded(line)
    if not framed and not any(word in lower for word in _ANSWERS):
        return False
    return any(word in lower for word in _ABOVE)


def warned(lines: list[str]) -> int:
    """How many lines at the top are a gateway's warning ("This email originated from outside ...") and no author's."""
    end, certain = 0, False
    for place, line in enumerate(lines[:_MOST_WARNED]):
        lower = folded(line[:600]).strip(EDGE + "[]()<>!|-_=")
        if not lower:
            continue
        sure = any(map(lower.__contains__, _WARNINGS))
        heading = line.strip().isupper() and len(line) <= 30 and not certain
        if len(line) > 600 or not (sure or heading or any(map(lower.__contains__, _WARNS))):
            break
        end, certain = place + 1, certain or sure
    while end and end < len(lines) and (not lines[end].strip() or is_rule(lines[end])):
        end += 1
    return end if certain and any(line.strip() for line in lines[end:]) else 0
