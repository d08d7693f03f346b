"""Who a header names, and what is passed on inside a mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address as it stood in a header, its case kept. `email` may lack an @ where the header had none."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """A message passed on inside this one; `text` is what its author wrote, quotes and all."""

    sender: Mailbox | None
    subject: str
    text: str
