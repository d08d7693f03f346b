"""The label that a ticket begins with: what its author chose on a form, and how the timeline tells it."""

from dataclasses import replace

from intake.desk.raising import POLICY
from intake.domain.label import Evidence, Label
from intake.domain.message import Chosen
from intake.domain.ticket import Ticket


def as_chosen(label: Label, chosen: Chosen | None) -> Label:
    """What somebody chose on a form stands over what anybody reads out of the text."""
    if chosen is None:
        return label
    levels = (("impact", chosen.impact), ("urgency", chosen.urgency))
    said = tuple(Evidence(source=chosen.by, says=f"{name}={level.value}") for name, level in levels if level is not None)
    return replace(
        label,
        impact=chosen.impact or label.impact,
        urgency=chosen.urgency or label.urgency,
        evidence=(*label.evidence, *said),
    )


def label_in_words(ticket: Ticket, label: Label) -> str:
    """As the timeline tells it."""
    said = "nobody could label it yet" if label.abstained else f"{label.confidence:.0%} sure"
    raised = ", ".join(
        one.text for one in label.evidence if one.source == POLICY and one.says == f"impact={ticket.impact.value}"
    )
    return (
        f"{ticket.kind.value}{f'/{ticket.category.value}' if ticket.category else ''}, {said}; impact"
        f" {ticket.impact.value}{f' (desk.toml: {raised})' if raised else ''}, urgency {ticket.urgency.value}:"
        f" {ticket.priority.value} by the matrix"
    )
