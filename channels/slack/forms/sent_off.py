"""What becomes of a form when it is sent off: it closes, says at a field what cannot be, or comes back as the ticket is now."""

import asyncio
from dataclasses import replace
from datetime import datetime

from channels.slack.blocks.text import cut, escaped
from channels.slack.forms.drawing import drawn
from channels.slack.forms.every_form import FORMS
from channels.slack.forms.filled import Filled, press_of_form, read_filled
from channels.slack.forms.form import FieldFault, Form
from channels.slack.forms.form_words import Said
from channels.slack.forms.hold import UNTIL
from channels.slack.forms.new_request import demand_fit
from channels.slack.forms.private import Private, read_private
from channels.slack.forms.views import instead
from channels.slack.json_value import Json, text
from channels.slack.onlooker import Onlooker, Onlookers, person_of
from channels.slack.presses import Press
from intake.desk.ports import Clock
from intake.desk.reading import Reader
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.ticket import spoken

SECONDS = 0.3  # that reading the ticket anew may take: Slack waits three in all
_LONGEST_FAULT = 300
_LONGEST_WHY = 600


class SentOff:
    def __init__(self, onlookers: Onlookers, clock: Clock, phone: str) -> None:
        self._onlookers = onlookers
        self._clock = clock
        self._phone = phone

    def check(self, payload: Json) -> Json | None:
        """What cannot be, before it is an input; None where it may go on."""
        press, filled = press_of_form(payload), read_filled(payload)
        private = _private(payload)
        said = self._onlookers.words_in(private.language if private is not None else "").said
        form = FORMS.get(press) if press is not None else None
        if press is not Press.NEW_REQUEST and (form is None or private is None or not private.ticket):
            return _at_field(filled, "", said.open_again)
        try:
            if form is None or private is None:
                demand_fit(filled)
            else:
                form.deed(filled, private)
                _demand_future(filled, self._clock())
        except FieldFault as fault:
            return _at_field(filled, fault.field, _says(said, fault.says))
        except ValueError as fault:  # a deed's own word names its field first
            return _at_field(filled, str(fault).partition(" ")[0], cut(str(fault), _LONGEST_FAULT))
        return None

    async def answer(self, payload: Json, receipt: Receipt | None) -> Json | None:
        """None closes the form. It never closes over what was not done, also where nobody can read the ticket in time."""
        press, filled, private = press_of_form(payload), read_filled(payload), _private(payload) or Private()
        if receipt is None:
            return _at_field(filled, "", self._onlookers.words_in(private.language).said.not_saved)
        if press is None or (receipt.refusal is None and receipt.outcome is not Outcome.QUARANTINED):
            return None
        if receipt.outcome is Outcome.QUARANTINED:
            words = self._onlookers.words_in(private.language)
            return _update(instead(press, words, words.said.failed))
        form = FORMS.get(press)
        if form is None:
            return None
        try:
            async with asyncio.timeout(SECONDS):
                return await self._onlookers.look(
                    person_of(payload),
                    lambda reader, onlooker: self._refused(form, filled, private, receipt, reader, onlooker),
                )
        except (StoreUnavailable, TimeoutError):
            return _at_field(filled, "", self._onlookers.words_in(private.language).said.not_done)

    def _refused(
        self, form: Form, filled: Filled, private: Private, receipt: Receipt, reader: Reader, onlooker: Onlooker
    ) -> Json:
        said = onlooker.words.said
        why = receipt.reason.partition(": ")[2]
        if form.staff and onlooker.agent is None and not onlooker.unknown:
            return _update(instead(form.press, onlooker.words, said.staff_only))
        if not form.staff:
            not_theirs = receipt.refusal is Refusal.FORBIDDEN
            return _at_field(filled, "", said.not_yours if not_theirs else said.too_late.format(number=spoken(private.ticket)))
        changed = onlooker.agent is not None and _revision(reader, private.ticket) != private.seen
        if not (changed or onlooker.unknown or receipt.duplicate):
            named = next((name for name in form.fields if why.startswith(f"{name} ")), "")
            return _at_field(filled, named, cut(why, _LONGEST_FAULT))
        # A refusal at a field leaves the form as it is, and the same words sent off again would be the same input.
        above = (said.changed if changed else said.refused).format(why=escaped(why, _LONGEST_WHY))
        back = replace(private, generation=private.generation + 1)
        return _update(drawn(form.press, back, reader, onlooker, filled=filled, above=above, phone=self._phone))


def _private(payload: Json) -> Private | None:
    return read_private(text(payload, "view", "private_metadata"))


def _demand_future(filled: Filled, now: datetime) -> None:
    """Raises FieldFault."""
    until = filled.moment(UNTIL)
    if until is not None and until <= now:
        raise FieldFault(UNTIL, "past")


def _says(said: Said, name: str) -> str:
    return {"needed": said.needed, "no_ticket": said.no_ticket, "past": said.past}.get(name, said.wrong)


def _revision(reader: Reader, number: int) -> int | None:
    found = reader.tickets(before=number + 1, limit=1)
    return found[0].ticket.revision if found and found[0].ticket.number == number else None


def _at_field(filled: Filled, name: str, says: str) -> Json:
    return {"response_action": "errors", "errors": {filled.block(name): says}}


def _update(view: Json) -> Json:
    return {"response_action": "update", "view": view}
