"""What a form carries along unseen: which ticket it is about, and how far whoever fills it in has looked."""

import json
from dataclasses import dataclass

from channels.slack.json_value import at, read_object, text

_MOST = 10**12
_LONGEST = 3_000  # characters that Slack takes
_LONGEST_LANGUAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """`ticket` is 0 where there is none yet. `message` is a held reply, `round` that of a change's approval. `generation`
    counts how often the form came back. It went to a client and came from there: what it says is checked like all the rest."""

    ticket: int = 0
    seen: int = 0
    message: int = 0
    round: int | None = None
    language: str = ""
    generation: int = 0


def to_private(private: Private) -> str:
    said: dict[str, object] = {"n": private.ticket, "r": private.seen, "g": private.generation, "l": private.language}
    if private.message:
        said["m"] = private.message
    if private.round is not None:
        said["k"] = private.round
    return json.dumps(said, separators=(",", ":"))


def read_private(value: str) -> Private | None:
    """None for what `to_private` does not write."""
    if len(value) > _LONGEST:
        return None
    try:
        said = read_object(value.encode("utf-8", "replace"))
        return Private(
            ticket=_count(at(said, "n")),
            seen=_count(at(said, "r")),
            message=_count(at(said, "m") or 0),
            round=None if at(said, "k") is None else _count(at(said, "k")),
            language=text(said, "l")[:_LONGEST_LANGUAGE],
            generation=_count(at(said, "g")),
        )
    except ValueError:
        return None


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST:
        raise ValueError("it is no count")
    return value
