"""A message and what it was: what is learnt from and measured against."""

from dataclasses import dataclass

from intake.domain.label import Category, Kind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """`kind` none: no matter for a help desk. What nobody judged is None."""

    text: str
    kind: Kind
    category: Category | None = None
    impact: Level | None = None
    urgency: Level | None = None
