"""One way to do each deed at the prompt, and the conversation that it is done in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.cli.at_the_prompt import Desk, Prompt, mail, parts

Ids: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`first` are the commands before it. {second}, {held} and {labelled} stand for ids; `says` follows `HD-1001: `."""

    words: str
    says: str
    first: Sequence[str] = ()


RESOLVED = ("resolve HD-1001 --text Mended.", "confirm-undeliverable HD-1001 --reason nobody")
AT_TIER_2 = ("escalate HD-1001 --reason hard",)
DONE: Mapping[str, Done] = {
    "take": Done(words="--as sam_hill", says="taken; in_progress, support, P1"),
    "assign": Done(words="--assigned-to sam_hill", says="assigned to Sam Hill, IT Support; new, support, P1"),
    "hold": Done(
        words="--reason vendor --until 2999-12-01T09:00+01:00", says="on hold until 2999-12-01 08:00 UTC; on_hold, support, P1"
    ),
    "resume": Done(words="", says="resumed; new, support, P1", first=["hold HD-1001 --reason vendor"]),
    "escalate": Done(words="--reason hard --tried all", says="escalated to CIO team; new, cio, P1"),
    "return": Done(words="--reason easy", says="returned to IT Support; new, support, P1", first=AT_TIER_2),
    "note": Done(words="--text called", says="noted; new, support, P1"),
    "reply": Done(
        words="--text soon --channel email", says="answered, to ann@customer.example by email: no relay; new, support, P1"
    ),
    "resolve": Done(
        words="--text mended",
        says="final response, to ann@customer.example by email: no relay; resolved when it has arrived; new, support, P1",
    ),
    "confirm-undeliverable": Done(
        words="--reason gone",
        says="resolved; the final response could not be delivered; resolved, support, P1",
        first=RESOLVED[:1],
    ),
    "close": Done(words="--reason agreed", says="closed; closed, support, P1", first=RESOLVED),
    "reopen": Done(words="--reason again", says="reopened; in_progress, support, P1", first=RESOLVED),
    "cancel": Done(words="--reason spam", says="canceled; canceled, support, P1"),
    "acknowledge-page": Done(words="", says="acknowledged; new, support, P1"),
    "relabel": Done(
        words="--kind service_request --impact 3 --urgency 3 --reason wrong",
        says="service_request, impact 3, urgency 3: P4; new, support, P4",
    ),
    "merge": Done(words="--into HD-1002", says="merged into HD-1002; canceled, support, P1"),
    "split": Done(words="--message {second}", says="split off as HD-1003; new, support, P1"),
    "link": Done(words="--other hd-1002", says="linked with HD-1002; new, support, P1"),
    "unlink": Done(
        words="--other 1002", says="not linked with HD-1002 any more; new, support, P1", first=["link HD-1001 --other 1002"]
    ),
    "undo": Done(words="--event {labelled}", says="labelled undone; new, support, P4"),
    "leave-storm": Done(words="--reason alone", says="belonged to no major incident; new, support, P1"),
    "accept-reply": Done(words="--message {held}", says="accepted; new, support, P1"),
    "reject-reply": Done(words="--message {held} --reason stranger", says="rejected; new, support, P1"),
    "link-address": Done(words="--kind phone --address +4930123456", says="linked +4930123456; new, support, P1"),
    "unlink-address": Done(
        words="--kind phone --address +4930123456",
        says="unlinked +4930123456; new, support, P1",
        first=["link-address HD-1001 --kind phone --address +4930123456"],
    ),
    "watch": Done(words="--kind email --address boss@example.com", says="boss@example.com watches; new, support, P1"),
    "unwatch": Done(
        words="--kind email --address boss@example.com",
        says="boss@example.com watches no longer; new, support, P1",
        first=["watch HD-1001 --kind email --address boss@example.com"],
    ),
}


def conversation(desk: Desk, intake: Prompt, name: str = "one") -> Ids:
    """HD-1001 (or `this`) from Ann, who wrote twice; a stranger's reply to it is held. HD-1002 (or `other`) from Bob."""
    first = f"{name}@x"
    opened = desk.receives(mail("The VPN is down for the whole office, nobody can work.", name=first))
    desk.receives(mail("It still is.", name=f"{name}-two@x", answers=first))
    desk.receives(mail("The passwords?", name=f"{name}-three@x", answers=first, sender="mallory@elsewhere.example"))
    other = desk.receives(mail("Toner, please.", name=f"{name}-four@x", sender="bob@customer.example"))
    story = intake("ticket", str(opened.ticket), "--json").record
    messages, events = parts(story, "messages"), parts(story, "events")
    return {
        "this": str(opened.ticket),
        "other": str(other.ticket),
        "second": str(messages[1]["id"]),
        "held": str(next(message["id"] for message in messages if message["held"])),
        "labelled": str(next(event["id"] for event in events if event["kind"] == "labelled")),
    }


def typed(line: str, ids: Ids) -> Sequence[str]:
    line = line.replace("1001", ids["this"]).replace("1002", ids["other"])
    return [word.format(**ids).replace("sam_hill", "sam hill") for word in line.split()]
