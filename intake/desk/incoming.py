"""Understanding an arrival before it is written: parsing and classifying need no lock."""

import hashlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from intake.desk.ports import Classifier
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.label import Label
from intake.domain.message import InboundMessage, Nature

Parser = Callable[[Arrival], InboundMessage | Action]

LONGEST_NAME = 400

# Machine mail that is filed or dropped, never labelled.
UNLABELLED = frozenset(Nature) - {Nature.HUMAN, Nature.ALERT, Nature.LIST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An arrival, and what was made of it. With a `fault` (a traceback) there may be no message."""

    arrival: Arrival
    external_id: str
    sha256: str
    said: InboundMessage | Action | None = None
    label: Label | None = None
    fault: str = ""


def understand(arrival: Arrival, parse: Parser, classifier: Classifier) -> Incoming:
    """Never raises: what our own code fails on carries the fault with it, into quarantine."""
    sha256 = hashlib.sha256(arrival.raw).hexdigest()
    external_id = f"sha256:{sha256}"
    said: InboundMessage | Action | None = None
    try:
        said = parse(arrival)
        external_id = bounded(clean(said.external_id))
        label = None
        if isinstance(said, InboundMessage) and _is_labelled(said):
            label = classifier.classify(classified_text(said))
            said = _with_inner_label(said, classifier)
    except Exception:
        return Incoming(arrival=arrival, external_id=external_id, sha256=sha256, said=said, fault=clean(traceback.format_exc()))
    return Incoming(arrival=arrival, external_id=external_id, sha256=sha256, said=said, label=label)


def _is_labelled(message: InboundMessage) -> bool:
    """Also another program's words in a chat, where a person wants a ticket of them."""
    return (message.nature not in UNLABELLED or message.marked is not None) and message.ringing is None


def _with_inner_label(message: InboundMessage, classifier: Classifier) -> InboundMessage:
    """What a colleague remarks about a mail that they pass on is no part of what its author asks."""
    inner = message.passed_on
    if inner is None or not message.authentic or not inner.text:
        return message
    return replace(message, passed_on=replace(inner, label=classifier.classify(as_classified(inner.subject, inner.text))))


def classified_text(message: InboundMessage) -> str:
    """What the label is about: evidence spans count in this text."""
    return as_classified(message.subject, message.text)


def as_classified(subject: str, text: str) -> str:
    return f"{subject}\n{text}" if subject else text


def clean(text: str) -> str:
    """Text that both databases take: PostgreSQL refuses NUL, SQLite lone surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def bounded(name: str) -> str:
    """A key that fits an index: an absurdly long name is known by its hash."""
    return name if len(name) <= LONGEST_NAME else f"sha256:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()}"
