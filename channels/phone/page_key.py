"""What a page call brings in: somebody picked up, and pressed a key or none."""

import re
from collections.abc import Mapping

from channels.phone.page_call import KEY_PATH, MOST_TURNS, PASS, PageCall, read_page_query, takes
from intake.desk.delivery_reports import NOBODY_PAGED
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, Deed, NoteCall, ReportDelivery
from intake.domain.delivery import DeliveryState
from intake.domain.errors import InvalidMessage
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt

SOMEBODY = "whoever was paged"
NO_KEY = "picked up, and no key was pressed"
_CALL = re.compile(r"CA[0-9a-fA-F]{32}\Z", re.ASCII)
_KEY = re.compile(r"[0-9*#]?\Z", re.ASCII)


def came_too_late(receipt: Receipt | None) -> bool:
    """Did the desk have nobody to wake any more? None, where it could not be asked, is no."""
    return receipt is not None and receipt.reason == f"{AcknowledgePage.verb}: {NOBODY_PAGED}"


def was_not_noted(receipt: Receipt | None) -> bool:
    """The desk has refused it, or failed on it."""
    return receipt is not None and (receipt.refusal is not None or receipt.outcome is Outcome.QUARANTINED)


def parse_page(arrival: Arrival, form: Mapping[str, str]) -> Action:
    """Of `/twilio/page` and `/twilio/page/key`; `form` are the parameters, decoded. Raises InvalidMessage.

    A key that means nothing is noted once, and then the page has failed, as it has by silence and by passing on."""
    page = read_page_query(arrival.envelope.get("query", ""))
    call, digits = form.get("CallSid", ""), form.get("Digits", "")
    if not _CALL.match(call):
        raise InvalidMessage("a page call has no CallSid")
    by_key = arrival.envelope.get("path", "") == KEY_PATH
    if by_key and not _KEY.match(digits):
        raise InvalidMessage("a page call is answered by one key")
    return Action(
        channel=Channel.PHONE,
        external_id=f"{call}/key/{page.turn}" if by_key else f"{call}/page",
        received_at=arrival.received_at,
        by=Principal(name=page.whom or SOMEBODY, role=Role.DEVICE),
        deed=_deed(page, call, digits) if by_key else NoteCall(call=call, text="picked up the page"),
        delivery=page.delivery,
    )


def _deed(page: PageCall, call: str, digits: str) -> Deed:
    if takes(page, digits):
        return AcknowledgePage()
    if not digits:
        return _failed(page, call, NO_KEY)
    if digits == PASS:
        return _failed(page, call, "passed on by key")
    if page.turn >= MOST_TURNS:
        return _failed(page, call, f"pressed {digits}, which means nothing here")
    return NoteCall(call=call, text=f"pressed {digits}, which means nothing here, and was asked again")


def _failed(page: PageCall, call: str, why: str) -> ReportDelivery:
    return ReportDelivery(delivery=page.delivery, state=DeliveryState.FAILED, error=why, ref=call)
