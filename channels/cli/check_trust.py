"""Whose word on who wrote a mail is taken, and who cannot answer by mail because nobody's is."""

from collections.abc import Iterator
from pathlib import Path

from channels.cli.finding import Finding, ok, warning
from channels.cli.settings import env_key
from channels.email.post import proving_addresses
from channels.email.rates import networks_of
from channels.email.reading.authentication import UNNAMED
from channels.email.settings import EmailSettings
from intake.desk.policy_file.whole import read_policy
from intake.domain.errors import ConfigError


def check_trust(email: EmailSettings, policy: Path | None) -> Iterator[Finding]:
    """`policy` is where desk.toml lies. What a fetched mailbox believes is said with the mailbox."""
    if any(network.prefixlen == 0 for network in networks_of(email.smtp_trusted_hosts)):
        says = f"{env_key('smtp_trusted_hosts')} trusts everybody: anybody may write any Authentication-Results"
        yield warning("mail in", says, "name your own mail servers there, and nobody else")
    elif email.authserv_id:
        hosts = ", ".join(email.smtp_trusted_hosts) or "nobody but a unix socket"
        servers = " and ".join(_in_words(name) for name in email.authserv_id)
        yield ok("mail in", f"Authentication-Results of {servers} are believed, by SMTP from {hosts}")
    proving = proving_addresses(email)
    doubted = [address for address in email.mail_address if address not in proving]
    if doubted and (staff := _with_mail(policy)):
        where = f", on tickets that came to {', '.join(doubted)}" if proving else ""
        says = f"the staff ({staff}) cannot answer by mail{where}, only with `intake reply` or by the API: no"
        yield ok("staff", f"{says} server is named that proves who wrote a mail ({env_key('authserv_id')}, docs/running.md)")


def _in_words(name: str) -> str:
    return "the server that leaves its name out, such as Microsoft 365," if name == UNNAMED else name


def _with_mail(policy: Path | None) -> str:
    """Who of desk.toml would answer: agents, and teams by their own address; empty where nobody could. The addresses that the
    teams are shipped with are nobody's."""
    try:
        known = read_policy(policy)
        shipped = {team.mail for team in read_policy(None).teams.values()}
    except ConfigError:
        return ""  # said already
    agents = sum(bool(agent.mail) for agent in known.agents.values())
    teams = sum(bool(team.mail) and team.mail not in shipped for team in known.teams.values())
    counts = ((agents, "agent"), (teams, "team"))
    some = " and ".join(f"{count} {what}{'s' if count > 1 else ''}" for count, what in counts if count)
    return f"{some} with a mail address" if some else ""
