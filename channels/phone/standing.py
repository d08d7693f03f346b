"""What is known of a call's ticket when the next thing is said to the caller: from the store, or from the words alone."""

from dataclasses import dataclass

from intake.domain.label import Kind, Level, Priority
from intake.domain.ticket import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`number` is None while the store is away. `impact_said` and `urgency_said`: the caller's words or keys told it.
    `offers` are open tickets of the caller's, the newest first. `known`: it belongs to a major incident that people work
    on. `taken_by` is who took the call, empty as long as nobody has. `answer_within` is the response target, as
    desk.toml writes it (`4h`), empty where there is none. `sms`: the caller will get the number as a text."""

    number: int | None
    kind: Kind
    impact: Level
    urgency: Level
    priority: Priority
    tier: Tier
    assignment_group: str
    about: str = ""
    impact_said: bool = False
    urgency_said: bool = False
    offers: tuple[int, ...] = ()
    known: bool = False
    taken_by: str = ""
    answer_within: str = ""
    sms: bool = True
