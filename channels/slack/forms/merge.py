"""It is about the same as another ticket."""

from collections.abc import Sequence

from channels.slack.forms.about import about
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import FieldFault, Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Merge
from intake.domain.ticket import unspoken

INTO = "into"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (*about(sheet), sheet.line(INTO, lines=False))


def _deed(filled: Filled, private: Private) -> Merge:
    into = unspoken(demanded(filled, INTO).removeprefix("#"))
    if not into or into == private.ticket:
        raise FieldFault(INTO, "no_ticket")
    return Merge(into=into)


MERGE = Form(press=Press.MERGE, fields=(INTO,), draws=_draws, deed=_deed)
