"""Hand the ticket up."""

from collections.abc import Sequence

from channels.slack.forms.about import about
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Escalate

REASON, TRIED, TO_LEADS = "reason", "tried", "to_leads"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (*about(sheet), sheet.line(REASON), sheet.line(TRIED, optional=True), sheet.tick(TO_LEADS))


def _deed(filled: Filled, _private: Private) -> Escalate:
    return Escalate(reason=demanded(filled, REASON), tried=filled.text(TRIED), to_leads=filled.ticked(TO_LEADS))


ESCALATE = Form(press=Press.ESCALATE, fields=(REASON, TRIED, TO_LEADS), draws=_draws, deed=_deed)
