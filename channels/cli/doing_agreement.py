"""What is done with a work agreement, typed at the prompt: it takes the way of every input."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from channels.api import agreement_shapes, shapes
from channels.api.bodies import raw_of
from channels.api.envelope import envelope_of
from channels.cli.doing import at_the_desk, receive, refusal_in_words
from channels.cli.hours import in_hours
from channels.cli.settings import read_settings
from channels.cli.terminal import complain, in_one_line, say
from channels.cli.who import as_written, principal
from intake.desk.policy import Policy
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AgreementDeed, AmendAgreement, OpenAgreement
from intake.domain.receipt import Outcome


def do_agreement(deed: AgreementDeed, *, agent: str | None, as_json: bool) -> bool:
    """Whether it was done; a refusal is said on stderr. Raises NotFound for a name that is nobody's here."""
    with at_the_desk(read_settings()) as parts:
        by = principal(agent, parts.policy)
        written = _as_written(deed, parts.policy)
        envelope = envelope_of(by, deed.verb, external_id=uuid4().hex)
        arrival = Arrival(channel=Channel.CLI, received_at=parts.clock(), raw=raw_of(written), envelope=envelope)
        receipt = receive(arrival, parts)
        with parts.store.looking() as reader:
            story = reader.agreement(deed.agreement)
    line = story.line if story is not None else None
    done = receipt.outcome is Outcome.APPLIED
    if as_json:
        agreement = agreement_shapes.agreement(line) if line is not None else None
        say(shapes.json_line({"receipt": shapes.receipt(receipt), "agreement": agreement}))
    if not done:
        complain(refusal_in_words(receipt, deed, deed.agreement))
    elif not as_json and line is not None:
        what = receipt.reason.removeprefix(f"{deed.verb}: ").removeprefix(f"{deed.agreement}: ")
        say(in_one_line(f"{deed.agreement}: {what}; {in_hours(line.balance.left)} left of {in_hours(line.balance.granted)}"))
    return done


def _as_written(deed: AgreementDeed, policy: Policy) -> AgreementDeed:
    """Names as desk.toml writes them."""
    if isinstance(deed, OpenAgreement | AmendAgreement):
        return replace(deed, spenders=_names(deed.spenders, policy))
    return deed


def _names(spenders: Sequence[str], policy: Policy) -> tuple[str, ...]:
    return tuple(name if name in policy.teams else as_written(name, policy) for name in spenders)
