"""A product owner does not want a change done. They see its number, and nothing of what the desk's people say about it."""

from collections.abc import Sequence

from channels.slack.forms.filled import Filled
from channels.slack.forms.form import Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import DeclineChange
from intake.domain.ticket import spoken

REASON = "reason"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (sheet.shown(spoken(sheet.private.ticket)), sheet.line(REASON))


def _deed(filled: Filled, private: Private) -> DeclineChange:
    return DeclineChange(reason=demanded(filled, REASON), round=private.round)


DECLINE = Form(press=Press.DECLINE, fields=(REASON,), draws=_draws, deed=_deed, staff=False)
