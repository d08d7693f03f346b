"""Checks of what somebody wrote: settings, desk.toml, keys, addresses."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import CLASSES, env_key, faults_of, known_keys, unknown_keys, where_set
from channels.email.settings import EmailSettings
from channels.serve.settings import DeskSettings
from intake.desk.keys import MIN_KEY_LENGTH
from intake.desk.own_addresses import strange_mailboxes, told_themselves
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.domain.errors import ConfigError

PLACEHOLDER = "@localhost"


def check_settings() -> Iterator[Finding]:
    faults = dict.fromkeys(sentence for kind in CLASSES for sentence in faults_of(kind))
    for sentence in faults:
        yield fault("settings", sentence, "correct it, or remove the line to get the default")
    for sentence in unknown_keys():
        yield warning("settings", sentence, "correct its name or remove it")
    if not faults:
        chosen = [key for key in known_keys() if where_set(key)]
        yield ok("settings", f"{', '.join(chosen)} set, the rest default" if chosen else "all default")


def check_policy(path: Path | None) -> Iterator[Finding]:
    try:
        policy = read_policy(path)
    except ConfigError as faults:
        for line in str(faults).split("\n"):
            yield fault("policy", line, f"edit {path}, then run `intake check` again")
        return
    yield ok("policy", f"{path or 'as shipped'}, version {policy.version}, {len(policy.teams)} teams")


def check_keys(desk: DeskSettings) -> Iterator[Finding]:
    """Looks, and makes no key."""
    made = f"{env_key('secret_keys')}: make one with `openssl rand -hex 32`"
    if desk.secret_keys:
        yield ok("keys", f"{len(desk.secret_keys)} set; the first signs, all verify")
        return
    if not desk.embedded:
        yield fault("keys", "none set, and replicas on one database must share theirs", f"set {made}")
        return
    file = desk.data_dir / "secret.key"
    try:
        key, mode = file.read_bytes().strip(), file.stat().st_mode
    except FileNotFoundError:
        yield ok("keys", f"will be made in {file} at the first start")
    except OSError as trouble:
        yield fault(
            "keys", f"{file} cannot be read: {trouble.strerror}", "run this as the desk's user, or mend its permissions"
        )
    else:
        if len(key) < MIN_KEY_LENGTH:
            yield fault("keys", f"{file} holds no usable key", f"restore it from a backup, or set {made}")
        elif mode & 0o077:
            yield warning("keys", f"{file} can be read by other users", f"chmod 600 {file}")
        else:
            yield ok("keys", f"in {file}; back it up with the store")


def check_addresses(path: Path | None, email: EmailSettings) -> Iterator[Finding]:
    """Placeholders do no harm until mail really leaves."""
    leaves = email.smtp_relay is not None
    if leaves and email.mail_address[0].endswith(PLACEHOLDER):
        says = f"answers would come from {email.mail_address[0]}, which nobody can write back to"
        yield warning("addresses", says, f"set {env_key('mail_address')} to the desk's real address")
    try:
        policy = read_policy(path)
    except ConfigError:
        return  # said already
    yield from _crossed(policy, path, email.mail_address)
    if leaves and (placeholders := _placeholders(policy)):
        says = f"teams would be told at {', '.join(placeholders)}"
        yield warning("addresses", says, f"write their real addresses into {_file(path)}")


def _crossed(policy: Policy, path: Path | None, own: Sequence[str]) -> Iterator[Finding]:
    key = env_key("mail_address")
    for address in strange_mailboxes(policy, own):
        says = f"[[mailbox]] {address} is none of the desk's addresses ({', '.join(own)}): mail to it is refused"
        near = get_close_matches(address, own, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        yield fault("addresses", says, f"add it to {key}, or correct it in {_file(path)}{meant}")
    for who, mail in told_themselves(policy, own):
        says = f"{who} has the mail {mail}, which is the desk itself: nobody would be told"
        yield fault("addresses", says, f"write an address there that people read, in {_file(path)}")


def _file(path: Path | None) -> str:
    return f"{path or 'a copy of desk.toml'} ({env_key('policy')})"


def _placeholders(policy: Policy) -> list[str]:
    return [team.mail for team in policy.teams.values() if team.mail.endswith(PLACEHOLDER)]
