"""The ledger's words: what came in, and the one thing that became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.channel import Channel


class Outcome(StrEnum):
    OPENED = "opened"
    APPENDED = "appended"
    HELD = "held"
    APPLIED = "applied"
    SUPPRESSED = "suppressed"
    QUARANTINED = "quarantined"


class Refusal(StrEnum):
    """The first word of a suppressed action's reason."""

    FORBIDDEN = "forbidden"  # this principal may not
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"  # the ticket, or the process, does not allow it now


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`id` is the ledger row. `duplicate` is True when this input had come before: the receipt is the first one's."""

    id: int
    outcome: Outcome
    reason: str = ""
    ticket: int | None = None
    duplicate: bool = False

    @property
    def refusal(self) -> Refusal | None:
        """Why an action was not applied; None when it was, or when this is no action's receipt."""
        code = self.reason.partition(":")[0]
        return Refusal(code) if self.outcome is Outcome.SUPPRESSED and code in list(Refusal) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One input and its outcome. `fault` is the traceback of a quarantined one, for the administrator alone."""

    id: int
    channel: Channel
    external_id: str
    received_at: datetime
    sha256: str
    size: int
    outcome: Outcome
    envelope: Mapping[str, str]
    reason: str = ""
    ticket: int | None = None
    fault: str = ""
    replays: int = 0

    @property
    def receipt(self) -> Receipt:
        return Receipt(id=self.id, outcome=self.outcome, reason=self.reason, ticket=self.ticket)
