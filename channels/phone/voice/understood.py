"""What a caller meant: a key, pressed or spoken; a kind of matter; a level in a few words."""

from collections.abc import Mapping

from channels.phone.voice.heard import Heard
from channels.phone.voice.state import Step
from channels.phone.voice.words import Words, phrase
from intake.domain.label import Kind, Level

LEAST_CONFIDENCE = 0.5  # below it the vendor itself is not sure what was said
MOST_WORDS = 60  # of an answer to "who is hit"; the rest of a long one is not looked at
MATTERS: Mapping[str, Kind] = {"1": Kind.INCIDENT, "2": Kind.SERVICE_REQUEST, "3": Kind.ENHANCEMENT}
LEVELS: Mapping[str, Level] = {"1": Level.HIGH, "2": Level.MEDIUM, "3": Level.LOW}
_NEAR = 2  # words between a "not" and what it denies, itself included


def said(heard: Heard, words: Words) -> str:
    """What the caller said, in words that count as theirs: empty for silence, for unclear words, and for a key that somebody
    says ("one") instead of pressing it."""
    speech = heard.speech.strip()
    return (
        speech if speech and heard.confidence >= LEAST_CONFIDENCE and not heard.digits and not _spoken_key(heard, words) else ""
    )


def key(heard: Heard, words: Words) -> str:
    """The key that was pressed, or said alone: "one", "press one"; empty where there is none."""
    return heard.digits or _spoken_key(heard, words)


def matter(heard: Heard, words: Words) -> Kind | None:
    """What key 1, 2 or 3 says in answer to "what is wrong"."""
    return MATTERS.get(key(heard, words))


def level(step: Step, heard: Heard, words: Words) -> Level | None:
    """What a key or words say in answer to "who is hit" (Step.HIT) or "how badly" (Step.BAD). The longest phrase counts, a
    denied one does not; where several are left, the worst."""
    if step not in (Step.HIT, Step.BAD):
        return None
    if pressed := key(heard, words):
        return LEVELS.get(pressed)
    table = words.answers.hit if step is Step.HIT else words.answers.bad
    return _in_words(phrase(said(heard, words)[:1000])[:MOST_WORDS], table, words.answers.no)


def _spoken_key(heard: Heard, words: Words) -> str:
    if heard.confidence < LEAST_CONFIDENCE or len(heard.speech) > 40:
        return ""
    spoken = phrase(heard.speech)
    for before in words.answers.before_a_key:
        if spoken[: len(before)] == before and (found := words.answers.keys.get(spoken[len(before) :])):
            return found
    return words.answers.keys.get(spoken, "")


def _in_words(spoken: tuple[str, ...], table: Mapping[tuple[str, ...], Level], no: frozenset[tuple[str, ...]]) -> Level | None:
    found: list[Level] = []
    used = [False] * len(spoken)
    for wanted in sorted(table, key=len, reverse=True):
        for start in range(len(spoken) - len(wanted) + 1):
            end = start + len(wanted)
            if spoken[start:end] != wanted or any(used[start:end]):
                continue
            used[start:end] = [True] * len(wanted)
            if not _denied(spoken[max(0, start - _NEAR) : start], no):
                found.append(table[wanted])
    return min(found, default=None)


def _denied(before: tuple[str, ...], no: frozenset[tuple[str, ...]]) -> bool:
    return any(before[start : start + len(word)] == word for word in no for start in range(len(before) - len(word) + 1))
