"""The word that somebody gets after a press, a shortcut or a command: for their eyes alone, in their language."""

from collections.abc import Callable, Mapping

from channels.slack.blocks.text import escaped
from channels.slack.forms.form_words import Said, Words
from channels.slack.json_value import Json, inside, text
from channels.slack.onlooker import Onlooker
from channels.slack.pressed import press_and_value
from channels.slack.presses import Press
from channels.slack.reading.parse_command import command_words
from channels.slack.reading.parse_event import TAKES, emoji_of
from intake.desk.chat.speaking import TRY_AGAIN
from intake.desk.delivery_reports import NOBODY_PAGED
from intake.domain.deed import AcknowledgePage
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.ticket import Ticket, spoken

_LONGEST_WHY = 600
_LONGEST_WORDS = 1_500
_OF_STAFF = frozenset({Press.TAKE, Press.RESUME, Press.ACCEPT_REPLY, Press.ACKNOWLEDGE_PAGE})


def after_press(payload: Json, receipt: Receipt | None, onlooker: Onlooker, ticket: Ticket | None) -> str:
    """`ticket` as it is now. Empty where the card says it all."""
    said = onlooker.words.said
    if receipt is None:
        return said.press_not_saved
    press, value = press_and_value(payload)
    number = spoken(receipt.ticket or (value.ticket if value is not None else 0))
    if press is None:
        return ""
    if receipt.outcome is Outcome.QUARANTINED:
        return said.failed
    if press in _OF_STAFF:
        return _to_staff(press, receipt, onlooker, ticket, number)
    if receipt.refusal is not None:
        return _refused(press, receipt, said).format(number=number)
    thanks = _THANKS.get(press)
    return thanks(said).format(number=number) if thanks is not None else ""


def after_marking(receipt: Receipt | None, words: Words) -> str:
    """Of the shortcut "Make a ticket"."""
    said = words.said
    if receipt is None:
        return said.press_not_saved
    if receipt.outcome is Outcome.QUARANTINED:
        return said.failed
    if receipt.ticket is None:
        return said.marked_later
    new = receipt.outcome is Outcome.OPENED and not receipt.duplicate
    return (said.marked if new else said.marked_already).format(number=spoken(receipt.ticket))


def after_event(payload: Json, receipt: Receipt | None, onlooker: Onlooker) -> str:
    """Of the reaction that takes, and of words under a card: why nothing is done. Other reactions are refused in silence."""
    event = inside(payload, "event")
    takes = text(event, "type") == "reaction_added" and emoji_of(event) == TAKES
    notes = text(event, "type") == "message" and text(event, "thread_ts") != ""
    if receipt is None or receipt.refusal is None or not (takes or notes):
        return ""
    return _why_not(receipt, onlooker)


def after_command(payload: Json, receipt: Receipt | None, words: Words) -> str:
    said = words.said
    if receipt is None:
        return said.command_not_saved.format(words=escaped(command_words(payload), _LONGEST_WORDS))
    if receipt.outcome is Outcome.QUARANTINED:
        return said.failed
    return said.command.format(number=spoken(receipt.ticket)) if receipt.ticket is not None else said.marked_later


def is_marking(payload: Json) -> bool:
    return text(payload, "type") == "message_action"


def _to_staff(press: Press, receipt: Receipt, onlooker: Onlooker, ticket: Ticket | None, number: str) -> str:
    news = onlooker.words.phrases.news
    if receipt.refusal is not None:
        return _why_not(receipt, onlooker)
    if press is not Press.ACKNOWLEDGE_PAGE:
        return ""
    _, too_late, by = receipt.reason.partition(f"{AcknowledgePage.verb}: {NOBODY_PAGED}")
    if not too_late:
        return news.taken.format(number=number)
    who = by.removeprefix(": ").removesuffix(" was quicker") or (ticket.assigned_to if ticket is not None else "")
    own = onlooker.agent is not None and onlooker.agent.name == who
    return news.over_by.format(number=number, by=escaped(who, 100)) if who and not own else news.over.format(number=number)


def _why_not(receipt: Receipt, onlooker: Onlooker) -> str:
    """The desk's own reason is for its people alone."""
    why = receipt.reason.partition(": ")[2]
    finding_out = onlooker.unknown and why.endswith(TRY_AGAIN)
    return escaped(why, _LONGEST_WHY) if onlooker.agent is not None or finding_out else onlooker.words.said.staff_only


def _refused(press: Press, receipt: Receipt, said: Said) -> str:
    if receipt.refusal is Refusal.FORBIDDEN:
        return said.not_yours
    return said.sorted_already if press in {Press.KIND, Press.WRONG} else said.too_late


_THANKS: Mapping[Press, Callable[[Said], str]] = {
    Press.KIND: lambda said: said.sorted,
    Press.WRONG: lambda said: said.sorted,
    Press.CONFIRM: lambda said: said.closed,
    Press.DISPUTE: lambda said: said.goes_on,
    Press.CHOOSE: lambda said: said.noted,
    Press.CONSENT: lambda said: said.noted,
}
