"""What can be known of a call while the store is away: from what its URL says, and from the words and keys themselves."""

from channels.phone.standing import Standing
from channels.phone.standing_from_store import answer_within
from channels.phone.voice import understood
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.words import Words
from intake.desk.policy import Policy
from intake.desk.ports import Classifier
from intake.domain.label import Kind, Label, Level

_LONGEST_ABOUT = 160


def standing_from_words(
    step: Step, state: CallState, heard: Heard, words: Words, classifier: Classifier, policy: Policy
) -> Standing:
    """As the desk would judge it, without what only the store knows: offers, merges, major incidents, who took the call."""
    label = _label(step, heard, words, classifier)
    by_key = understood.matter(heard, words) if step is Step.WHAT and label is None else None
    level = understood.level(step, heard, words)
    impact = _one_of(level if step is Step.HIT else None, _said(label, "impact"), state.impact)
    urgency = _one_of(level if step is Step.BAD else None, _said(label, "urgency"), state.urgency)
    kind = by_key or (label.kind if label is not None and not label.abstained else state.kind)
    known_impact = impact or (label.impact if label is not None else Level.LOW)
    known_urgency = urgency or (label.urgency if label is not None else _hindered(kind))
    priority = policy.priority(known_impact, known_urgency)
    tier = policy.first_tier[kind]
    return Standing(
        number=None,
        kind=kind,
        impact=known_impact,
        urgency=known_urgency,
        priority=priority,
        tier=tier,
        assignment_group=policy.routes[kind][tier],
        about=heard.speech[:_LONGEST_ABOUT] if label is not None else "",
        impact_said=impact is not None,
        urgency_said=urgency is not None,
        answer_within=answer_within(policy, kind, priority),
        sms=bool(heard.caller),
    )


def _label(step: Step, heard: Heard, words: Words, classifier: Classifier) -> Label | None:
    """Only an answer to "what is wrong" is labelled, as the desk does it."""
    speech = understood.said(heard, words) if step is Step.WHAT and not heard.digits else ""
    return classifier.classify(speech) if speech else None


def _said(label: Label | None, axis: str) -> Level | None:
    """What the words tell of it. That it is bad goes along in the URL whatever tells it; what it is without a word does not."""
    if label is None:
        return None
    level, otherwise = (label.impact, Level.LOW) if axis == "impact" else (label.urgency, _hindered(label.kind))
    told = any(one.says.startswith(f"{axis}=") for one in label.evidence)
    return level if told or level < otherwise else None


def _hindered(kind: Kind) -> Level:
    """Whoever says by key that something is broken is hindered at least."""
    return Level.MEDIUM if kind is Kind.INCIDENT else Level.LOW


def _one_of(*levels: Level | None) -> Level | None:
    return next((level for level in levels if level is not None), None)
