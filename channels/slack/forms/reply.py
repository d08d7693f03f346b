"""Answer whoever asked."""

from collections.abc import Sequence

from channels.slack.forms.about import about, last_word
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Reply

TEXT = "text"


def _draws(sheet: Sheet) -> Sequence[Json]:
    return (*about(sheet), *last_word(sheet), sheet.text(TEXT))


def _deed(filled: Filled, _private: Private) -> Reply:
    return Reply(text=demanded(filled, TEXT))


REPLY = Form(press=Press.REPLY, fields=(TEXT,), draws=_draws, deed=_deed)
