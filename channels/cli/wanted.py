"""Which tickets somebody wants to see, as they typed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.domain.label import Kind, Priority
from intake.domain.ticket import State, Tier

NOBODY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Empty ones and None let everything through. `assigned_to` is a name, or `-` for nobody; `caller` an address."""

    states: Sequence[State] = ()
    kinds: Sequence[Kind] = ()
    priorities: Sequence[Priority] = ()
    tiers: Sequence[Tier] = ()
    groups: Sequence[str] = ()
    assigned_to: str | None = None
    caller: str | None = None

    def __str__(self) -> str:
        """In words, for a sentence such as `No ticket is …`."""
        parts = [
            " or ".join(chosen)
            for chosen in (
                self.states,
                self.kinds,
                self.priorities,
                [f"at tier {tier.value}" for tier in self.tiers],
                [f"with {group}" for group in self.groups],
                [f"assigned to {'nobody' if self.assigned_to == NOBODY else self.assigned_to}"] if self.assigned_to else [],
                [f"asked by {self.caller}"] if self.caller else [],
            )
            if chosen
        ]
        return ", ".join(parts)
