"""Checks of what goes out by mail: its words, and its signature."""

from collections.abc import Iterator
from pathlib import Path

from channels.cli.finding import Finding, fault, ok, warning
from channels.email.outgoing.templates import Templates
from channels.email.post import signer_of, sound_templates
from channels.email.settings import EmailSettings
from intake.desk.policy_file.whole import read_policy
from intake.domain.errors import ConfigError


def check_outgoing(email: EmailSettings, policy: Path | None) -> Iterator[Finding]:
    """`policy` is where desk.toml lies."""
    yield from _check_templates(email, policy)
    yield from _check_signature(email)


def _check_templates(email: EmailSettings, policy: Path | None) -> Iterator[Finding]:
    try:
        templates = sound_templates(email)
    except ConfigError as faults:
        for line in str(faults).split("\n"):
            yield fault("templates", line, f"mend it in {email.templates}; docs/mail-templates.md has the names")
        return
    if email.templates is not None:
        yield ok("templates", f"{email.templates}, {templates.own} of your own; languages: {', '.join(templates.languages)}")
    yield from _check_languages(policy, templates)


def _check_languages(path: Path | None, templates: Templates) -> Iterator[Finding]:
    try:
        mailboxes = read_policy(path).mailboxes.values()
    except ConfigError:
        return  # said already
    for mailbox in mailboxes:
        if mailbox.language and not {mailbox.language, mailbox.language.partition("-")[0]} & set(templates.languages):
            says = f"mail from {mailbox.address} leaves in English: there are no words in {mailbox.language!r}"
            yield warning("templates", says, "write them (docs/mail-templates.md), or take the language out of desk.toml")


def _check_signature(email: EmailSettings) -> Iterator[Finding]:
    try:
        signer = signer_of(email)
    except ConfigError as trouble:
        yield fault("dkim", str(trouble), "then publish its record, which this check shows")
        return
    if signer is None:
        return
    yield ok("dkim", f"mail is signed for {signer.domain}; publish this record, if you have not yet: {signer.record_in_a_zone}")
    if email.dkim_key is not None and email.dkim_key.stat().st_mode & 0o077:
        yield warning("dkim", f"{email.dkim_key} can be read by other users", f"chmod 600 {email.dkim_key}")
    for address in email.mail_address:
        if not signer.aligned_with(address):
            says = f"mail from {address} is signed for {signer.domain}, which counts for nothing there (DMARC)"
            yield warning("dkim", says, "set INTAKE_DKIM_DOMAIN to the domain of the desk's addresses, or to one above it")
