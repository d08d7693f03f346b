"""Hand the ticket back to the tier below."""

from collections.abc import Sequence

from channels.slack.forms.about import about
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Return

REASON = "reason"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (*about(sheet), sheet.line(REASON))


def _deed(filled: Filled, _private: Private) -> Return:
    return Return(reason=demanded(filled, REASON))


RETURN = Form(press=Press.RETURN, fields=(REASON,), draws=_draws, deed=_deed)
