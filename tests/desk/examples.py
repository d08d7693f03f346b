"""One of each deed."""

from intake.domain import deed as d
from intake.domain.channel import AddressKind
from intake.domain.delivery import DeliveryState
from intake.domain.label import Category, Kind, Level

EXAMPLES: tuple[d.Deed, ...] = (
    d.Take(),
    d.Assign(assigned_to="Ben"),
    d.Hold(reason="waits for a part"),
    d.Resume(),
    d.Escalate(reason="beyond us", tried="a restart"),
    d.Return(reason="yours after all"),
    d.Reply(text="We look."),
    d.Note(text="Ask facilities first."),
    d.Resolve(text="The plug was loose."),
    d.ConfirmUndeliverable(reason="the mailbox is gone"),
    d.Confirm(),
    d.Dispute(text="It broke again."),
    d.Close(reason="they said so on the phone"),
    d.Reopen(reason="we missed something"),
    d.Cancel(reason="spam"),
    d.Merge(into=1001),
    d.Split(message=17),
    d.Link(other=1001),
    d.Unlink(other=1001),
    d.Relabel(category=Category.UNAVAILABLE, impact=Level.HIGH),
    d.ConfirmStorm(),
    d.DissolveStorm(reason="three loose cables"),
    d.UpdateStorm(text="The provider works on it."),
    d.JoinStorm(storm=1001),
    d.LeaveStorm(reason="another matter"),
    d.AnswerQuestion(kind=Kind.INCIDENT),
    d.AcceptReply(message=17),
    d.RejectReply(message=17, reason="not one of theirs"),
    d.LinkAddress(kind=AddressKind.PHONE, address="+4930123456"),
    d.UnlinkAddress(kind=AddressKind.PHONE, address="+4930123456"),
    d.Watch(kind=AddressKind.EMAIL, address="boss@customer.example"),
    d.Unwatch(kind=AddressKind.EMAIL, address="boss@customer.example"),
    d.Undo(event=17),
    d.AcknowledgePage(),
    d.PressKey(impact=Level.HIGH),
    d.ReportDelivery(delivery=17, state=DeliveryState.DELIVERED),
)
