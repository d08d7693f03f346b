"""What leads do with a work agreement. It is no ticket: each deed names its agreement."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from intake.domain.deed_shape import Deed
from intake.domain.deeds_on_changes import demand_lines, demand_minutes

MOST_NAMES = 100
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDeed(Deed):
    """`agreement` is the name that it is known by."""

    agreement: str

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        if len(self.agreement) > LONGEST_NAME or not self.agreement.isprintable() or "/" in self.agreement:
            raise ValueError(f"agreement must be a name of at most {LONGEST_NAME} characters, without /")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAgreement(AgreementDeed):
    """Enter a work agreement: so many minutes for one party in one period.

    `spenders` are teams and agents who may reserve and book. `carry_over` is how many minutes of what is left the next
    agreement gets at most: null is all of it; left out, nothing goes over.
    """

    verb: ClassVar[str] = "open_agreement"
    party: str
    starts: date
    ends: date
    minutes: int
    spenders: tuple[str, ...]
    product_owners: tuple[str, ...] = ()
    carry_over: int | None = 0

    def __post_init__(self) -> None:
        AgreementDeed.__post_init__(self)
        demand_minutes("minutes", self.minutes)
        demand_lines("spenders", self.spenders, MOST_NAMES)
        demand_lines("product_owners", self.product_owners, MOST_NAMES)
        if self.agreement != self.agreement.strip() or self.agreement.lower().endswith(".csv") or not self.agreement.strip("."):
            raise ValueError("agreement must be a name without blanks around it, and not end with .csv")
        if not self.spenders:
            raise ValueError("spenders: at least one team or agent is needed")
        if self.ends < self.starts:
            raise ValueError("ends lies before starts")
        if self.carry_over is not None:
            demand_minutes("carry_over", self.carry_over, least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendAgreement(AgreementDeed):
    """Change an agreement: more minutes or fewer, another end, other people; what is left out stays."""

    verb: ClassVar[str] = "amend_agreement"
    reason: str
    more: int = 0
    fewer: int = 0
    ends: date | None = None
    spenders: tuple[str, ...] = ()
    product_owners: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        AgreementDeed.__post_init__(self)
        demand_minutes("more", self.more, least=0)
        demand_minutes("fewer", self.fewer, least=0)
        demand_lines("spenders", self.spenders, MOST_NAMES)
        demand_lines("product_owners", self.product_owners, MOST_NAMES)
        if self.more and self.fewer:
            raise ValueError("more or fewer, not both")
        if not (self.more or self.fewer or self.ends or self.spenders or self.product_owners):
            raise ValueError("more, fewer, ends, spenders or product_owners is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAgreement(AgreementDeed):
    """Close an agreement: nothing is reserved or booked any more; what is left goes over to the next one as agreed.

    `into` is the next agreement of the same party; left out, nothing goes over.
    """

    verb: ClassVar[str] = "close_agreement"
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"into"})
    into: str = ""
