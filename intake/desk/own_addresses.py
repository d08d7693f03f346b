"""Do desk.toml and the desk's own addresses go together? Mail would be lost sight of, or go round, if they did not."""

from collections.abc import Collection, Iterator

from intake.desk.addressed import plain_address
from intake.desk.policy import Policy
from intake.domain.channel import Address, AddressKind


def strange_mailboxes(policy: Policy, own: Collection[str]) -> list[str]:
    """Addresses of a [[mailbox]] that are none of the desk's own: no mail ever comes to them. `own` are lower case."""
    return [address for address in policy.mailboxes if address not in own]


def told_themselves(policy: Policy, own: Collection[str]) -> Iterator[tuple[str, str]]:
    """Who in desk.toml has the desk's own address as theirs, such as `[[team]] support`, and which: nobody would be told."""
    people = [(f"[[team]] {team.name}", team.mail) for team in policy.teams.values()]
    people += [(f"[[agent]] {agent.name}", agent.mail) for agent in policy.agents.values()]
    for who, mail in people:
        if mail and plain_address(Address(kind=AddressKind.EMAIL, value=mail)) in own:
            yield who, mail
