"""`intake check`: is everything in order, and if not, what exactly mends it."""

from collections.abc import Iterator

from channels.cli.check_changes import check_changes
from channels.cli.check_doors import check_ports, check_relay, desk_is_running
from channels.cli.check_learning import check_learning
from channels.cli.check_mailboxes import check_mailboxes
from channels.cli.check_oncall import check_oncall
from channels.cli.check_outgoing import check_outgoing
from channels.cli.check_phone import check_phone
from channels.cli.check_settings import check_addresses, check_keys, check_policy, check_settings
from channels.cli.check_slack import check_slack
from channels.cli.check_spool import check_spool
from channels.cli.check_store import check_data_folder, check_database
from channels.cli.check_trust import check_trust
from channels.cli.check_watch import check_alarms, check_signs
from channels.cli.finding import Finding, Verdict
from channels.cli.settings import faults_of, read_desk_settings, read_email_settings, read_phone_settings, read_slack_settings
from channels.cli.terminal import in_one_line, say, show_styled
from channels.email.settings import EmailSettings
from channels.phone.settings import TwilioSettings
from channels.serve.compose import Settings
from channels.serve.settings import DeskSettings
from channels.slack.settings import SlackSettings


def check() -> int:
    """How many faults there are."""
    faults = warnings = 0
    for finding in findings():
        _show(finding)
        faults += finding.verdict is Verdict.FAULT
        warnings += finding.verdict is Verdict.WARNING
    say()
    say(_summary(faults, warnings))
    return faults


def findings() -> Iterator[Finding]:
    """What needs settings that cannot be read is left out: mend those first."""
    yield from check_settings()
    desk = None if faults_of(DeskSettings) else read_desk_settings()
    email = None if faults_of(EmailSettings) else read_email_settings()
    if desk is not None:
        yield from check_policy(desk.policy)
        yield from check_keys(desk)
        if desk.embedded:
            yield from check_data_folder(desk)
        yield from check_database(desk)
        yield from check_learning(desk)
        yield from check_changes(desk)
    if desk is not None and email is not None:
        yield from check_addresses(desk.policy, email)
        yield from check_ports(desk, email, running=desk_is_running(desk))
    yield from _calls(desk, email)
    yield from _slack(desk)
    if email is not None:
        yield from check_trust(email, desk.policy if desk else None)
        yield from check_mailboxes(email)
        yield from check_outgoing(email, desk.policy if desk else None)
        yield check_relay(email.smtp_relay)
        yield from check_alarms(email)
    if desk is not None and email is not None:
        yield from check_signs(desk, email)


def _calls(desk: DeskSettings | None, email: EmailSettings | None) -> Iterator[Finding]:
    """Who is called, who may call, and how."""
    phone = None if faults_of(TwilioSettings) else read_phone_settings()
    slack = None if faults_of(SlackSettings) else read_slack_settings()
    if desk is None or email is None or phone is None or slack is None:
        return
    settings = Settings(desk=desk, email=email, phone=phone, slack=slack)
    yield from check_oncall(desk, settings.senders, settings.desk_phone)
    yield from check_phone(desk, phone)
    yield from check_spool(desk, phone)
    if phone.is_on and desk.public_url:
        from channels.cli.check_vendor import check_vendor  # noqa: PLC0415 - the SDK, for whoever has a phone

        yield from check_vendor(desk, phone)


def _slack(desk: DeskSettings | None) -> Iterator[Finding]:
    if desk is None or faults_of(SlackSettings):
        return
    slack = read_slack_settings()
    yield from check_slack(desk, slack)
    if slack.is_on:
        from channels.cli.check_slack_there import check_slack_there  # noqa: PLC0415 - the SDK, for whoever has Slack

        yield from check_slack_there(desk, slack)


def _show(finding: Finding) -> None:
    verdict = finding.verdict.value
    show_styled(f"{verdict:<8} {finding.about:<12} {in_one_line(finding.says)}", verdict if verdict != "ok" else "")
    if finding.mend:
        say(f"{'':<8} {'':<12} → {in_one_line(finding.mend)}")


def _summary(faults: int, warnings: int) -> str:
    if not faults and not warnings:
        return "All is in order."
    return ", ".join(
        f"{count} {word}{'s' if count > 1 else ''}" for count, word in ((faults, "fault"), (warnings, "warning")) if count
    ) + ("." if faults else ": the desk can run.")
