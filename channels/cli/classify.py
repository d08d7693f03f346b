"""`intake classify`: what the desk would make of a text, and by which words."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from channels.api import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.terminal import in_lines, say, show_styled
from channels.cli.timeline import evidence_line
from classifier.classify import LexiconClassifier
from intake.desk.policy import Policy
from intake.desk.policy_file import read_policy
from intake.desk.ports import Classifier
from intake.domain.errors import InvalidMessage, PolicyViolation
from intake.domain.label import Evidence, Label

Id: TypeAlias = str | int | None


class Reader:
    """The classifier, and the matrix that turns its opinion into a priority."""

    def __init__(self, classifier: Classifier, policy: Policy) -> None:
        self._classifier = classifier
        self._policy = policy

    def record(self, id: Id, text: str) -> shapes.Record:
        label = self._classifier.classify(text)
        return shapes.classified(id, label, self._policy.priority(label.impact, label.urgency))

    def show(self, text: str) -> None:
        label = self._classifier.classify(text)
        priority = self._policy.priority(label.impact, label.urgency).value
        what = f"{label.kind.value}/{label.category.value}" if label.category else "none: a person decides"
        levels = f"impact {label.impact.value}, urgency {label.urgency.value}"
        show_styled(f"{what}  {priority} ({levels})  {label.confidence:.0%} sure", priority)
        say()
        for line in in_lines(marked(text, label.evidence)).rstrip().split("\n"):
            say(f"    {line}".rstrip())
        say()
        for line in _reasons(label):
            say(f"  {line}")


def classify_text(text: str, *, as_json: bool) -> None:
    reader = _reader()
    if as_json:
        say(shapes.json_line(reader.record(None, text)))
    else:
        reader.show(text)


def classify_stdin(*, as_json: bool) -> None:
    """JSON lines, or one text. Raises PolicyViolation where nothing was given."""
    if sys.stdin.isatty() and not as_json:
        raise PolicyViolation('Give a text: intake classify "The VPN is down", or JSON lines on stdin with --json')
    reader = _reader()
    if not as_json:
        reader.show(sys.stdin.buffer.read().decode("utf-8", "replace"))
        return
    for record in classified_lines(sys.stdin.buffer, reader):
        say(shapes.json_line(record), at_once=True)  # somebody may wait for each answer before asking on


def classified_lines(lines: Iterable[bytes], reader: Reader) -> Iterator[shapes.Record]:
    """One answer a line; a line that cannot be understood is answered with its fault. Blank lines are passed over."""
    for line in lines:
        if not line.strip():
            continue
        name: Id = None
        try:
            given = _given(line)
            name = _name(given)
            yield reader.record(name, _text(given))
        except InvalidMessage as fault:
            yield shapes.refused(name, str(fault))


def marked(text: str, evidence: Iterable[Evidence]) -> str:
    """The text with the words that counted in «guillemets»; passages that touch are marked as one."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((item.start, item.end) for item in evidence if 0 <= item.start < item.end):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    for start, end in reversed(spans):
        text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
    return text


def _reader() -> Reader:
    return Reader(LexiconClassifier(), read_policy(read_desk_settings().policy))


def _reasons(label: Label) -> list[str]:
    if label.abstained:
        return ["No words here speak clearly for one kind; the default route takes it."]
    return [evidence_line(evidence) for evidence in label.evidence]


def _given(line: bytes) -> dict[str, object]:
    try:
        given: object = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise InvalidMessage(f"not a JSON object on one line: {fault}") from fault
    if not isinstance(given, dict):
        raise InvalidMessage("not a JSON object on one line")
    return given


def _name(given: dict[str, object]) -> Id:
    name = given.get("id")
    if name is None or (isinstance(name, str | int) and not isinstance(name, bool)):
        return name
    raise InvalidMessage("id must be a string or a whole number")


def _text(given: dict[str, object]) -> str:
    """Put together as the desk puts a mail together: evidence counts its offsets in this."""
    parts = {key: given.get(key) for key in ("text", "subject", "body")}
    for key, value in parts.items():
        if value is not None and not isinstance(value, str):
            raise InvalidMessage(f"{key} must be a string")
    text, subject, body = (str(value) if value is not None else None for value in parts.values())
    if text is not None:
        return text
    if subject is None and body is None:
        raise InvalidMessage("needs text, or subject and body")
    return f"{subject}\n{body or ''}" if subject else body or ""
