"""A ticket shown somewhere else: a Slack card, a ServiceNow record."""

from dataclasses import dataclass

from intake.domain.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """`address` is where it is shown (a Slack channel); `ref` what the channel calls it, empty until it was first shown.
    `over`: the ticket is shown elsewhere now, and what stands here says only so."""

    id: int
    ticket: int
    channel: Channel
    address: str
    ref: str = ""
    over: bool = False
