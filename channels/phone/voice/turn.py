"""One turn of a call: what was heard at which step, and all that the answer may depend on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.phone.standing import Standing
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import Urls
from channels.phone.voice.words import Words, spelt
from intake.desk.calls.plan import Attempt
from intake.desk.policy_file.phone import PhonePolicy
from intake.domain.label import Kind, Priority

_URGENT = (Priority.P1, Priority.P2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`state` is where the call stood when the URL of this step was written; `standing` what became of it since."""

    step: Step
    state: CallState
    heard: Heard
    standing: Standing
    plan: Sequence[Attempt]
    policy: PhonePolicy
    words: Words
    urls: Urls

    @property
    def number(self) -> int | None:
        return self.standing.number if self.standing.number is not None else self.state.ticket

    @property
    def number_spelt(self) -> str:
        return "" if self.number is None else spelt(self.number)

    @property
    def is_urgent(self) -> bool:
        return self.standing.priority in _URGENT

    def onwards(self) -> CallState:
        """What the next URL says: what is known now, so that the call can go on without the store."""
        standing, state = self.standing, self.state
        return replace(
            state,
            turn=state.turn + 1,
            ticket=self.number,
            offers=(),
            kind=state.kind if standing.kind is Kind.NONE else standing.kind,
            impact=standing.impact if standing.impact_said else state.impact,
            urgency=standing.urgency if standing.urgency_said else state.urgency,
        )
