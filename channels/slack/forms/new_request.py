"""Ask for something: what it is, who is hit, how bad it is, and files."""

from collections.abc import Sequence
from datetime import datetime

from channels.slack.blocks.parts import context
from channels.slack.blocks.text import escaped
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import FieldFault, demanded
from channels.slack.forms.sheet import LONGEST_TEXT, Sheet
from channels.slack.json_value import Json, items
from channels.slack.reading.files import files_of
from intake.domain.channel import Address, Channel
from intake.domain.label import Level
from intake.domain.message import Chosen, InboundMessage

TEXT, HIT, BAD, FILES = "text", "hit", "bad", "files"
_HITS = (("me", Level.LOW), ("several", Level.MEDIUM), ("all", Level.HIGH))
_BADS = (("waits", Level.LOW), ("hinders", Level.MEDIUM), ("stands_still", Level.HIGH))
_PHONE = 100


def draws(sheet: Sheet) -> Sequence[Json]:
    labels = sheet.form.labels
    urgent = [context(labels["urgent"].format(phone=escaped(sheet.phone, _PHONE)))] if sheet.phone else []
    return (
        sheet.text(TEXT),
        sheet.choice(HIT, tuple((name, labels[name]) for name, _ in _HITS)),
        sheet.choice(BAD, tuple((name, labels[name]) for name, _ in _BADS)),
        sheet.files(FILES),
        *urgent,
    )


def demand_fit(filled: Filled) -> None:
    """Raises FieldFault."""
    demanded(filled, TEXT)
    _level(filled, HIT, _HITS)
    _level(filled, BAD, _BADS)


def message(filled: Filled, author: Address, workspace: str, external_id: str, received_at: datetime) -> InboundMessage:
    """It was said nowhere that others see: the conversation goes on in the direct messages. Raises FieldFault."""
    words = demanded(filled, TEXT)[:LONGEST_TEXT]
    impact, urgency = _level(filled, HIT, _HITS), _level(filled, BAD, _BADS)
    found = files_of({"files": items(filled.elements.get(FILES), "files")}, workspace)
    text = "\n".join((words, *found.links))
    return InboundMessage(
        channel=Channel.SLACK,
        external_id=external_id,
        received_at=received_at,
        author=author,
        text=text,
        full_text=text,
        authentic=True,
        chosen=Chosen(by=author.name or author.value, impact=impact, urgency=urgency) if impact or urgency else None,
        remote=found.remote,
        notes=found.notes,
    )


def _level(filled: Filled, name: str, levels: tuple[tuple[str, Level], ...]) -> Level | None:
    value = filled.choice(name)
    if not value:
        return None
    level = dict(levels).get(value)
    if level is None:
        raise FieldFault(name, "wrong")
    return level
