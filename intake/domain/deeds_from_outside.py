"""What requesters, whoever is on call and vendors do."""

from dataclasses import dataclass
from typing import ClassVar

from intake.domain.deed_shape import Deed
from intake.domain.delivery import DeliveryState
from intake.domain.label import Kind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Deed):
    """Say that it is solved: the ticket is closed."""

    verb: ClassVar[str] = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Deed):
    """Say that it is not solved: the ticket is worked on again."""

    verb: ClassVar[str] = "dispute"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"text"})
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion(Deed):
    """Answer the desk's one question: what kind of matter is it?"""

    verb: ClassVar[str] = "answer_question"
    kind: Kind

    def __post_init__(self) -> None:
        if self.kind is Kind.NONE:
            raise ValueError("kind must be incident, service_request or enhancement")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePage(Deed):
    """Acknowledge a page: nobody else is woken."""

    verb: ClassVar[str] = "acknowledge_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class PressKey(Deed):
    """A caller's own word on impact or urgency; exactly one of them."""

    verb: ClassVar[str] = "press_key"
    impact: Level | None = None
    urgency: Level | None = None

    def __post_init__(self) -> None:
        if (self.impact is None) == (self.urgency is None):
            raise ValueError("a key stands for impact or for urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelivery(Deed):
    """How far a delivery got, as the vendor reports it.

    SENT is on its way. `dead`: nothing will reach that address any more, until something comes from there. `ref` is the
    vendor's name of it."""

    verb: ClassVar[str] = "report_delivery"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"error", "ref"})
    delivery: int
    state: DeliveryState
    error: str = ""
    dead: bool = False
    ref: str = ""

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if self.state not in {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED}:
            raise ValueError(f"a delivery report cannot say {self.state.value!r}")
