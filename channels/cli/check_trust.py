"""Whose word on who wrote a mail is taken, and who cannot answer by mail because nobody's is."""

from collections.abc import Iterator
from pathlib import Path

from channels.cli.finding import Finding, ok, warning
from channels.cli.settings import env_key
from channels.email.listening.rates import networks_of
from channels.email.outgoing.post import believes_somebody
from channels.email.reading.authentication import UNNAMED
from channels.email.settings import EmailSettings
from intake.desk.policy_file import read_policy
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
    if not believes_somebody(email) and (agents := _with_mail(policy)):
        says = f"the staff ({agents} with a mail address) cannot answer by mail, only with `intake reply` or by the API: no"
        yield ok("staff", f"{says} server is named that proves who wrote a mail ({env_key('authserv_id')}, docs/running.md)")


def _in_words(name: str) -> str:
    return "the server that leaves its name out, such as Microsoft 365," if name == UNNAMED else name


def _with_mail(policy: Path | None) -> int:
    try:
        return sum(bool(agent.mail) for agent in read_policy(policy).agents.values())
    except ConfigError:
        return 0  # said already
