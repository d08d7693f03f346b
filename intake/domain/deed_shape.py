"""What a deed is, and the limits of what stands in it."""

from dataclasses import dataclass, fields
from typing import ClassVar

LONGEST_TEXT = 50_000  # characters of an answer or a note
LONGEST_LINE = 2_000  # characters of a reason or a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`texts` names the fields that hold a text of any length; every other one is a line."""

    verb: ClassVar[str] = ""
    texts: ClassVar[frozenset[str]] = frozenset({"text"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str):
                continue
            most = LONGEST_TEXT if field.name in self.texts else LONGEST_LINE
            if len(value) > most:
                raise ValueError(f"{field.name} has {len(value)} characters; {most} are allowed")
            if not value.strip() and field.name not in self.may_be_empty:
                raise ValueError(f"{field.name} must not be empty")
