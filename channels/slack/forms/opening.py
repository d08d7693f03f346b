"""A form opens: at once as "one moment", for a trigger lives three seconds, and filled in when the ticket was read."""

import structlog

from channels.slack.forms.drawing import drawn
from channels.slack.forms.private import Private
from channels.slack.forms.views import instead, loading
from channels.slack.json_value import Json, text
from channels.slack.onlooker import Onlookers, person_of
from channels.slack.pressed import press_and_value
from channels.slack.presses import Press
from channels.slack.reading.naming import installed_at
from channels.slack.vendor.api import Api, SlackFault
from intake.domain.errors import StoreUnavailable

_CLOSED = frozenset({"not_found", "hash_conflict", "view_not_found", "expired_trigger_id"})  # by whoever opened it, meanwhile

log = structlog.get_logger()


class Opening:
    def __init__(self, api: Api, onlookers: Onlookers, phone: str) -> None:
        self._api = api
        self._onlookers = onlookers
        self._phone = phone

    async def opens(self, payload: Json) -> bool:
        """False where it has to be pressed again: the trigger was used, or too old, or Slack did not fill it in."""
        press, private = _asked(payload)
        workspace = installed_at(payload)
        view = loading(press, self._onlookers.words)
        try:
            answer = await self._api.call("views.open", workspace, {"trigger_id": text(payload, "trigger_id"), "view": view})
        except SlackFault as fault:
            log.info("slack.form_not_opened", form=press.value, code=fault.code)
            return False
        where: dict[str, object] = {"view_id": text(answer, "view", "id"), "view": await self._filled(press, private, payload)}
        if as_opened := text(answer, "view", "hash"):
            where["hash"] = as_opened
        try:
            await self._api.call("views.update", workspace, where)
        except SlackFault as fault:
            if fault.code not in _CLOSED:
                log.warning("slack.form_not_filled", form=press.value, code=fault.code)
                return False
        return True

    async def _filled(self, press: Press, private: Private, payload: Json) -> Json:
        try:
            return await self._onlookers.look(
                person_of(payload),
                lambda reader, onlooker: drawn(press, private, reader, onlooker, phone=self._phone),
            )
        except StoreUnavailable:
            if press is Press.NEW_REQUEST:
                log.warning("slack.request_without_store")
            words = self._onlookers.words
            return instead(press, words, words.said.away)


def _asked(payload: Json) -> tuple[Press, Private]:
    """What is no button of a ticket (a command, a shortcut, the home's) asks for a new request."""
    press, value = press_and_value(payload)
    if press is None or press is Press.NEW_REQUEST or value is None:
        return Press.NEW_REQUEST, Private()
    more = int(value.more) if value.more.isascii() and value.more.isdigit() and len(value.more) <= 12 else None
    return press, Private(
        ticket=value.ticket,
        seen=value.seen,
        message=more or 0 if press is Press.REJECT_REPLY else 0,
        round=more if press is Press.DECLINE else None,
    )
