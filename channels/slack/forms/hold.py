"""Put the ticket on hold."""

from collections.abc import Sequence
from datetime import datetime

from channels.slack.forms.about import about
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import FieldFault, Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Hold

REASON, UNTIL = "reason", "until"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (*about(sheet), sheet.line(REASON), sheet.moment(UNTIL))


def _deed(filled: Filled, _private: Private) -> Hold:
    return Hold(reason=demanded(filled, REASON), until=_until(filled))


def _until(filled: Filled) -> datetime | None:
    try:
        return filled.moment(UNTIL)
    except ValueError as fault:
        raise FieldFault(UNTIL, "wrong") from fault


HOLD = Form(press=Press.HOLD, fields=(REASON, UNTIL), draws=_draws, deed=_deed)
