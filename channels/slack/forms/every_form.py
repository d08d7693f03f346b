"""All forms about a ticket, by the button that opens them."""

from collections.abc import Mapping

from channels.slack.forms.decline import DECLINE
from channels.slack.forms.escalate import ESCALATE
from channels.slack.forms.form import Form
from channels.slack.forms.hold import HOLD
from channels.slack.forms.merge import MERGE
from channels.slack.forms.reject_reply import REJECT_REPLY
from channels.slack.forms.relabel import RELABEL
from channels.slack.forms.reopen import REOPEN
from channels.slack.forms.reply import REPLY
from channels.slack.forms.resolve import RESOLVE
from channels.slack.forms.return_ import RETURN
from channels.slack.presses import Press

_ALL = (REPLY, RESOLVE, ESCALATE, HOLD, RETURN, RELABEL, MERGE, REOPEN, REJECT_REPLY, DECLINE)
FORMS: Mapping[Press, Form] = {form.press: form for form in _ALL}
