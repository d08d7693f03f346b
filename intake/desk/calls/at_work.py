"""All that the desk does about calls, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from intake.desk.adding import Adder
from intake.desk.calls.begin import Beginning
from intake.desk.calls.conference import note_conference
from intake.desk.calls.connecting import Connecting
from intake.desk.calls.continuing import Continuing
from intake.desk.calls.ending import Ending
from intake.desk.calls.first_word import FirstWord
from intake.desk.calls.keys import CallerKeys
from intake.desk.calls.words import Listening
from intake.desk.case import Case
from intake.desk.changes.at_work import ChangesAtWork
from intake.desk.closing import Closer
from intake.desk.labelling import Labeller
from intake.desk.opening import Opener
from intake.desk.storms.at_work import StormsAtWork
from intake.domain import deed as d
from intake.domain.deed import Deed
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsAtWork:
    beginning: Beginning
    listening: Listening
    keys: CallerKeys
    continuing: Continuing
    connecting: Connecting
    ending: Ending

    @property
    def handlers(self) -> Mapping[type[Deed], Callable[..., str]]:
        return {
            d.NameMatter: self.keys.name_matter,
            d.PressKey: self.keys.press,
            d.NoteCall: self.keys.note,
            d.ContinueTicket: self.continuing.go_on,
            d.TryPeople: self.connecting.tried,
            d.TakeCall: self.connecting.take,
            d.EndCall: self.ending.end,
            d.NoteConference: note_conference,
        }

    @property
    def timers(self) -> Mapping[TimerKind, Callable[[Timer, Case], None]]:
        return {TimerKind.CALL_SILENT: self.ending.nothing_said}


def put_to_work(opener: Opener, adder: Adder, closer: Closer, storms: StormsAtWork, changes: ChangesAtWork) -> CallsAtWork:
    policy, teller, pager = opener.policy, opener.teller, opener.pager
    labeller = Labeller(policy=policy, teller=teller, pager=pager)
    first_word = FirstWord(policy=policy, teller=teller, pager=pager, labeller=labeller)
    return CallsAtWork(
        beginning=Beginning(policy=policy, opener=opener),
        listening=Listening(
            policy=policy,
            first_word=first_word,
            adder=adder,
            storms=storms.aftermath,
            changes=changes.aftermath,
            spotter=opener.spotter,
        ),
        keys=CallerKeys(policy=policy, labeller=labeller, first_word=first_word, storms=storms.aftermath),
        continuing=Continuing(policy=policy, teller=teller, pager=pager),
        connecting=Connecting(pager=pager),
        ending=Ending(policy=policy, pager=pager, closer=closer),
    )
