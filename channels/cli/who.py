"""Who does it: the operating system's user as administrator, or an agent whose name was given."""

from collections.abc import Sequence
from difflib import get_close_matches
from getpass import getuser

from intake.desk.policy import Policy
from intake.domain.address_shape import address_in
from intake.domain.agent import Agent
from intake.domain.channel import Address
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.principal import Principal, Role

EXAMPLES = ("ann@example.com", "+4930123456", "U0123456789")


def administrator() -> str:
    """For the ticket's timeline."""
    try:
        return f"{getuser()} (command line)"
    except (KeyError, OSError):  # a container may have no name for its user
        return "administrator (command line)"


def principal(name: str | None, policy: Policy) -> Principal:
    """An agent acts with their own role and teams. Raises NotFound."""
    if name is None:
        return Principal(name=administrator(), role=Role.ADMIN)
    return agent_named(name, policy).principal


def agent_named(name: str, policy: Policy) -> Agent:
    """Capitals do not matter. Raises NotFound that says who is meant, or who is there."""
    if (agent := policy.agents.get(as_written(name, policy))) is not None:
        return agent
    if not policy.agents:
        raise NotFound(f"{name!r} is not in desk.toml: it names no agents yet. Add an [[agent]] and set INTAKE_POLICY")
    if likely := _likely(name.strip().casefold(), policy):
        raise NotFound(f"{name!r} is not in desk.toml: did you mean {' or '.join(map(repr, likely))}?")
    raise NotFound(f"{name!r} is not in desk.toml. There are: {', '.join(sorted(policy.agents))}")


def _likely(name: str, policy: Policy) -> Sequence[str]:
    """Who has this as a part of their name, or one that is written much like it."""
    known = {agent.casefold(): agent for agent in policy.agents}
    partly = [agent for folded, agent in known.items() if name and name in folded]
    return partly[:3] or [known[folded] for folded in get_close_matches(name, known)]


def as_written(name: str, policy: Policy) -> str:
    """An agent's name as desk.toml writes it; one that it does not know stays as it is."""
    if name in policy.agents:
        return name
    return next((known for known in policy.agents if known.casefold() == name.strip().casefold()), name)


def address_typed(text: str) -> Address:
    """Of any kind. Raises PolicyViolation that shows what addresses look like."""
    try:
        return address_in(text)
    except ValueError as fault:
        raise PolicyViolation(f"{text!r} is no address: they look like {', '.join(EXAMPLES)}") from fault
