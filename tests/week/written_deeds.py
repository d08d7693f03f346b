"""What the script says that people do, as deeds."""

from collections.abc import Mapping

from intake.domain import deed as d
from intake.domain.deed import Deed
from intake.domain.deeds_on_storms import ConfirmStorm, DissolveStorm, LeaveStorm, UpdateStorm
from tests.week.happening import Happening, What, moment


def deed_of(one: Happening, numbers: Mapping[str, int]) -> Deed:
    if one.what is What.MERGED:
        return d.Merge(into=numbers[one.into])
    if one.what is What.RELABELLED:
        return d.Relabel(kind=one.kind, impact=one.impact, urgency=one.urgency)
    if one.what is What.HELD:
        return d.Hold(reason="waits for a part", until=moment(one.until) if one.until is not None else None)
    if one.what is What.ESCALATED:
        return d.Escalate(reason="beyond us", to_leads=one.to_leads)
    return _OTHERS[one.what]


_OTHERS: Mapping[What, Deed] = {
    What.TAKEN: d.Take(),
    What.RESUMED: d.Resume(),
    What.ANSWERED: d.Reply(text="We look into it."),
    What.FINISHED: d.Resolve(text="It works again."),
    What.RETURNED: d.Return(reason="yours after all"),
    What.ACKNOWLEDGED: d.AcknowledgePage(),
    What.CANCELED: d.Cancel(reason="a mistake"),
    What.REOPENED: d.Reopen(reason="we missed something"),
    What.DISPUTED: d.Dispute(),
    What.CONFIRMED: d.Confirm(),
    What.UPDATED: UpdateStorm(text="We are on it."),
    What.STORM_CONFIRMED: ConfirmStorm(),
    What.DISSOLVED: DissolveStorm(reason="it was a drill"),
    What.LEFT: LeaveStorm(reason="it is something else"),
}
