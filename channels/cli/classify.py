"""`intake classify`: what the desk would make of a text, and by which words."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from channels.api import shapes
from channels.cli.classifier_in_use import text_classifier_in_use
from channels.cli.settings import read_desk_settings
from channels.cli.terminal import in_lines, say, show_styled
from channels.cli.timeline import evidence_line
from classifier.classify import TextClassifier
from classifier.verdict import Doubt, Verdict
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.raising import Raiser
from intake.domain.errors import InvalidMessage, PolicyViolation
from intake.domain.label import Evidence, Kind

Id: TypeAlias = str | int | None
WHY_IT_ASKS: Mapping[Doubt, str] = {
    Doubt.NO_WORDS: "There are no words in it to go by",
    Doubt.NO_MATTER: "It reads like chatter, a test or thanks ({sure:.0%}): no matter for a help desk",
    Doubt.FOREIGN: "It is in a language of which only some words are known here, so {needed:.0%} is needed to say so",
    Doubt.UNSURE: "No kind is likely enough: {needed:.0%} is needed to say so",
}


class Reader:
    """The classifier, the site's own names, and the matrix that turns their opinion into a priority."""

    def __init__(self, classifier: TextClassifier, policy: Policy) -> None:
        self._classifier = classifier
        self._policy = policy
        self._raiser = Raiser(policy=policy)

    def record(self, id: Id, text: str) -> shapes.Record:
        verdict = self._classifier.judge(text)
        label = self._raiser.by_words(verdict.label, text)
        priority = self._policy.priority(label.impact, label.urgency)
        return shapes.classified(id, label, priority, kinds=verdict.opinion.kinds, doubt=verdict.doubt)

    def show(self, text: str) -> None:
        verdict = self._classifier.judge(text)
        label = self._raiser.by_words(verdict.label, text)
        priority = self._policy.priority(label.impact, label.urgency).value
        what = f"{label.kind.value}/{label.category.value}" if label.category else "none: a person decides"
        levels = f"impact {label.impact.value}, urgency {label.urgency.value}"
        sure = "" if label.abstained else f"  {label.confidence:.0%} sure"
        show_styled(f"{what}  {priority} ({levels}){sure}", priority)
        for line in _thoughts(verdict):
            say(line)
        if shown := in_lines(marked(text, label.evidence)).rstrip():
            say()
            for line in shown.split("\n"):
                say(f"    {line}".rstrip())
        if label.evidence:
            say()
        for evidence in label.evidence:
            say(f"  {evidence_line(evidence)}")


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
    desk = read_desk_settings()
    return Reader(text_classifier_in_use(desk), read_policy(desk.policy))


def _thoughts(verdict: Verdict) -> Iterator[str]:
    """What else it could be; of what is left to a person also why, and what it would have been."""
    first, second = sorted(verdict.opinion.kinds.items(), key=lambda item: -item[1])[:2]
    if verdict.doubt is not None:
        yield f"{WHY_IT_ASKS[verdict.doubt].format(needed=verdict.needed, sure=first[1])}. The default route takes it."
    if verdict.doubt in {Doubt.FOREIGN, Doubt.UNSURE}:
        yield f"The best guess would have been {_called(*first)}, then {_called(*second)}."
    elif verdict.doubt is not Doubt.NO_WORDS:
        yield f"Next likeliest: {_called(*second)}."


def _called(kind: Kind, share: float) -> str:
    return f"{'chatter' if kind is Kind.NONE else kind.value} ({share:.0%})"


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
