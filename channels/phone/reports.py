"""What the vendor reports of texts and page calls: how far each delivery got."""

import re
from collections.abc import Mapping
from dataclasses import replace

from channels.phone.page_key import NO_KEY
from channels.phone.vendor.errors import Fault, vendor_error
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import ReportDelivery
from intake.domain.delivery import DeliveryState
from intake.domain.errors import InvalidMessage
from intake.domain.principal import Principal, Role

PATH = "/twilio/status"
_S = DeliveryState
_DELIVERY = re.compile(r"d=([1-9][0-9]{0,18})\Z", re.ASCII)
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}\Z", re.ASCII)
_CODE = re.compile(r"[0-9]{1,6}\Z", re.ASCII)
# How far: what is on its way is only noted, in whatever order it comes; the last two end it.
_TEXT: Mapping[str, DeliveryState] = {
    "accepted": _S.SENT,
    "scheduled": _S.SENT,
    "queued": _S.SENT,
    "sending": _S.SENT,
    "sent": _S.SENT,
    "delivered": _S.DELIVERED,
    "read": _S.DELIVERED,
    "undelivered": _S.FAILED,
    "failed": _S.FAILED,
    "canceled": _S.FAILED,
}
# Picking up proves nothing: only a key takes a page, and a call that ends without one has failed.
_CALL: Mapping[str, tuple[DeliveryState, str]] = {
    "queued": (_S.SENT, ""),
    "initiated": (_S.SENT, ""),
    "ringing": (_S.SENT, ""),
    "in-progress": (_S.SENT, ""),
    "answered": (_S.SENT, ""),
    "completed": (_S.FAILED, NO_KEY),
    "busy": (_S.FAILED, "busy"),
    "no-answer": (_S.FAILED, "no answer"),
    "failed": (_S.FAILED, "the call failed"),
    "canceled": (_S.FAILED, "the call was canceled"),
}
_HEARD: Mapping[str, tuple[DeliveryState, str]] = {
    "human": (_S.SENT, ""),
    "unknown": (_S.SENT, ""),
    "machine_start": (_S.FAILED, "a machine answered"),
    "machine_end_beep": (_S.FAILED, "a machine answered"),
    "machine_end_silence": (_S.FAILED, "a machine answered"),
    "machine_end_other": (_S.FAILED, "a machine answered"),
    "fax": (_S.FAILED, "a fax answered"),
}
_WHILE_IT_LASTS = frozenset({"", "in-progress"})


def is_report(query: str) -> bool:
    """Is this raw query of a status callback that of a delivery of ours, and not of a caller's call?"""
    return _DELIVERY.match(query) is not None


def parse_report(arrival: Arrival, form: Mapping[str, str]) -> Action:
    """`form` are the parameters of `arrival`, decoded. Raises InvalidMessage, also for words that the vendor has not had so
    far."""
    named = _DELIVERY.match(arrival.envelope.get("query", ""))
    if named is None:
        raise InvalidMessage("this report names no delivery")
    delivery = int(named[1])
    text = form.get("MessageSid", "") or form.get("SmsSid", "")
    sid = text or form.get("CallSid", "")
    if not _SID.match(sid):
        raise InvalidMessage("this report names no call and no text")
    status, told = _of_text(delivery, form) if text else _of_call(delivery, form)
    return Action(
        channel=Channel.SMS if text else Channel.PHONE,
        external_id=f"{sid}/{status}",
        received_at=arrival.received_at,
        by=Principal(name="the network", role=Role.DEVICE),
        deed=replace(told, ref=sid),
        delivery=delivery,
    )


def _of_text(delivery: int, form: Mapping[str, str]) -> tuple[str, ReportDelivery]:
    status = form.get("MessageStatus", "") or form.get("SmsStatus", "")
    state = _TEXT.get(status)
    if state is None:
        raise _unknown(status)
    if state is not _S.FAILED:
        return status, ReportDelivery(delivery=delivery, state=state)
    code = int(form["ErrorCode"]) if _CODE.match(form.get("ErrorCode", "")) else None
    known = vendor_error(code)
    says = f"{code} {known.says}" if code else status
    return status, ReportDelivery(delivery=delivery, state=state, error=says, dead=known.fault is Fault.DEAD)


def _of_call(delivery: int, form: Mapping[str, str]) -> tuple[str, ReportDelivery]:
    """The machine's ear reports by itself, without a status of the call; at the end it is repeated."""
    heard, status = form.get("AnsweredBy", ""), form.get("CallStatus", "")
    by_ear = _HEARD.get(heard)
    if by_ear is not None and status in _WHILE_IT_LASTS:
        name, (state, error) = heard, by_ear
    elif by_ear is not None and status == "completed" and by_ear[0] is _S.FAILED:
        name, (state, error) = status, by_ear
    elif status in _CALL:
        name, (state, error) = status, _CALL[status]
    else:
        raise _unknown(status or heard)
    return name, ReportDelivery(delivery=delivery, state=state, error=error)


def _unknown(status: str) -> InvalidMessage:
    return InvalidMessage(f"the status {status[:40]!r} is not known here")
