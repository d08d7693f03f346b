"""A button that somebody pressed, or what they chose in a menu -> a deed. Pure; raises InvalidMessage."""

from collections.abc import Callable, Mapping

from channels.slack.json_value import Json, inside, items, text
from channels.slack.presses import Press, Pressed, press_of, read_more, read_value
from channels.slack.reading.naming import message_name, named, principal, room_of, someone, stamp_of
from intake.domain import deed as d
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import Deed
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind


def pressed(payload: Json, arrival: Arrival) -> Action:
    """Of two who press at once each has a name of their own, and of one who presses twice each time; Slack repeats none."""
    press, value = press_and_value(payload)
    deed = _DEEDS.get(press) if press is not None else None
    if press is None or value is None or deed is None:
        raise InvalidMessage(f"Nothing is done by {_action_id(payload)[:60]!r}")
    name = text(payload, "user", "username") or text(payload, "user", "name")
    who = someone(payload, "user", "id", name=name)
    when = named(_first(payload), "action_ts")
    try:
        what = deed(value.more)
    except ValueError as fault:
        raise InvalidMessage(f"The button says what cannot be: {str(fault)[:200]}") from fault
    return Action(
        channel=Channel.SLACK,
        external_id=f"action/{_where(payload)}/{when}/{who.value}",
        received_at=arrival.received_at,
        by=principal(who),
        deed=what,
        ticket=value.ticket,
        delivery=_number(value.more) if press is Press.ACKNOWLEDGE_PAGE and value.more else None,
        seen=value.seen if press is Press.TAKE else None,
    )


def press_and_value(payload: Json) -> tuple[Press | None, Pressed | None]:
    """What is pressed and what stands in it. Of the menu of a card the option that was chosen, with the held reply that it
    names. Any payload at all."""
    action = _first(payload)
    press = press_of(text(action, "action_id"))
    value = read_value(text(action, "selected_option", "value") or text(action, "value"))
    if press is not Press.MORE:
        return press, value
    chosen = read_more(value.more) if value is not None else None
    if value is None or chosen is None:
        return None, None
    held = str(chosen[1]) if chosen[1] is not None else ""
    return chosen[0], Pressed(ticket=value.ticket, seen=value.seen, more=held)


def _first(payload: Json) -> Json:
    return inside(next(iter(items(payload, "actions")), None))


def _action_id(payload: Json) -> str:
    return text(_first(payload), "action_id")


def _where(payload: Json) -> str:
    """The view, or the message. Raises InvalidMessage."""
    if text(payload, "container", "type") == "view" or text(payload, "view", "id"):
        return named(payload, "view", "id")
    room = text(payload, "container", "channel_id") or text(payload, "channel", "id")
    stamp = text(payload, "container", "message_ts") or text(payload, "message", "ts")
    found = {"room": room, "ts": stamp}
    return message_name(room_of(found, "room"), stamp_of(found, "ts"))


def _number(more: str) -> int:
    if not (more.isascii() and more.isdigit() and len(more) <= 12):
        raise InvalidMessage(f"The button names no number: {more[:40]!r}")
    return int(more)


def _round(more: str) -> int | None:
    return _number(more) if more else None


_DEEDS: Mapping[Press, Callable[[str], Deed]] = {
    Press.TAKE: lambda _: d.Take(),
    Press.RESUME: lambda _: d.Resume(),
    Press.ACCEPT_REPLY: lambda more: d.AcceptReply(message=_number(more)),
    Press.ACKNOWLEDGE_PAGE: lambda _: d.AcknowledgePage(),
    Press.KIND: lambda more: d.AnswerQuestion(kind=Kind(more)),
    Press.WRONG: lambda more: d.CorrectKind(kind=Kind(more)),
    Press.CONFIRM: lambda _: d.Confirm(),
    Press.DISPUTE: lambda _: d.Dispute(),
    Press.CHOOSE: lambda more: d.ChooseTicket(on=_number(more)),
    Press.CONSENT: lambda more: d.ConsentToChange(round=_round(more)),
}
