"""What the desk makes of a text, as JSON: part of the public contract in docs/shapes.md."""

from typing_extensions import TypedDict

from channels.api.records import Evidence
from intake.domain.label import Category, Kind, Level, Priority


class Label(TypedDict):
    id: str | int | None
    kind: Kind
    category: Category | None
    impact: Level
    urgency: Level
    priority: Priority
    confidence: float
    abstained: bool
    doubt: str | None
    kinds: dict[str, float]
    evidence: list[Evidence]
    label_version: str
