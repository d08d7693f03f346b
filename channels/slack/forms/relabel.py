"""Correct what kind of matter it is, who is hit, and how bad it is. The desk learns from it."""

from collections.abc import Sequence

from channels.slack.forms.about import about, last_word
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import FieldFault, Form
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Choices, Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Relabel
from intake.domain.label import Category, Kind, Level

KIND, IMPACT, URGENCY, REASON = "kind", "impact", "urgency", "reason"
_KINDS = (Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT)


def _draws(sheet: Sheet) -> Sequence[Json]:
    ticket = sheet.story.line.ticket if sheet.story is not None else None
    now = _value(ticket.kind, ticket.category) if ticket is not None else ""
    phrases = sheet.words.phrases
    levels = ((IMPACT, phrases.impact, ticket and ticket.impact), (URGENCY, phrases.urgency, ticket and ticket.urgency))
    return (
        *about(sheet),
        *last_word(sheet),
        sheet.grouped(KIND, tuple((phrases.kind[kind], _choices(sheet, kind)) for kind in _KINDS), initial=now),
        *(
            sheet.choice(
                name, tuple((str(level.value), says[level]) for level in Level), initial=str(level.value) if level else ""
            )
            for name, says, level in levels
        ),
        sheet.line(REASON, optional=True),
    )


def _choices(sheet: Sheet, kind: Kind) -> Choices:
    """The kind alone, and each of its categories."""
    phrases = sheet.words.phrases
    within = [category for category in Category if category.kind is kind]
    return ((_value(kind, None), phrases.kind[kind]), *((_value(kind, one), phrases.category[one]) for one in within))


def _deed(filled: Filled, _private: Private) -> Relabel:
    kind, category = _kind(filled.choice(KIND))
    impact, urgency = _level(filled, IMPACT), _level(filled, URGENCY)
    if kind is None and impact is None and urgency is None:
        raise FieldFault(KIND, "needed")
    return Relabel(kind=kind, category=category, impact=impact, urgency=urgency, reason=filled.text(REASON))


def _value(kind: Kind, category: Category | None) -> str:
    return category.value if category is not None else kind.value


def _kind(value: str) -> tuple[Kind | None, Category | None]:
    if not value:
        return None, None
    if value in list(Category):
        return Category(value).kind, Category(value)
    if value not in _KINDS:
        raise FieldFault(KIND, "wrong")
    return Kind(value), None


def _level(filled: Filled, name: str) -> Level | None:
    value = filled.choice(name)
    if not value:
        return None
    if value not in {str(level.value) for level in Level}:
        raise FieldFault(name, "wrong")
    return Level(int(value))


RELABEL = Form(press=Press.RELABEL, fields=(KIND, IMPACT, URGENCY, REASON), draws=_draws, deed=_deed)
