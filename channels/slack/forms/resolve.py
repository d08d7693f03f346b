"""Give the final response."""

from collections.abc import Sequence

from channels.slack.forms.about import about, last_word
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Resolve

TEXT = "text"


def _draws(sheet: Sheet) -> Sequence[Json]:
    """What a closed defect fix proposes to answer stands there already."""
    proposal = sheet.story.proposal if sheet.story is not None else None
    return (*about(sheet), *last_word(sheet), sheet.text(TEXT, initial=proposal.text if proposal else ""))


def _deed(filled: Filled, _private: Private) -> Resolve:
    return Resolve(text=demanded(filled, TEXT))


RESOLVE = Form(press=Press.RESOLVE, fields=(TEXT,), draws=_draws, deed=_deed)
