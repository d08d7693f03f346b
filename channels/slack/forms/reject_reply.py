"""Turn down a reply that is held."""

from collections.abc import Sequence

from channels.slack.forms.about import about
from channels.slack.forms.filled import Filled
from channels.slack.forms.form import FieldFault, Form, demanded
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import RejectReply

REASON = "reason"


def _draws(sheet: Sheet) -> Sequence[Json]:
    messages = sheet.story.messages if sheet.story is not None else ()
    held = next((one for one in messages if one.id == sheet.private.message and one.held), None)
    return (*about(sheet), *((sheet.shown(held.body),) if held is not None else ()), sheet.line(REASON))


def _deed(filled: Filled, private: Private) -> RejectReply:
    reason = demanded(filled, REASON)
    if not private.message:
        raise FieldFault(REASON, "wrong")
    return RejectReply(message=private.message, reason=reason)


REJECT_REPLY = Form(press=Press.REJECT_REPLY, fields=(REASON,), draws=_draws, deed=_deed)
