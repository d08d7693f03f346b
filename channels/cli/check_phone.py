"""Checks of the phone: would a caller reach somebody, and does the vendor call us?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.reachable import is_inside
from channels.cli.settings import env_key
from channels.phone.rung_for_a_p1 import rung_for_a_p1
from channels.phone.settings import TwilioSettings
from channels.phone.voice.words import LANGUAGES
from channels.serve.settings import DeskSettings
from intake.desk.directory import Directory
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.router import route
from intake.domain.agent import Agent
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.page import ON_CALL, TEAM, URGENT, Ladder, Step

ABOUT = "phone"
BY_NUMBER = frozenset({Channel.PHONE, Channel.SMS})


def check_phone(desk: DeskSettings, phone: TwilioSettings, *, fallback: bool = True) -> Iterator[Finding]:
    """What can be seen without asking anybody. A policy that cannot be read is told elsewhere; half of the settings, too.
    Without `fallback` nothing is said of the document that `intake setup twilio` prints."""
    try:
        policy = read_policy(desk.policy)
    except ConfigError:
        return
    file = desk.policy or Path("desk.toml")
    if not phone.is_on:
        yield from _lines(policy, phone, file)
        return
    found = [*_public_url(desk), *_desk_phone(desk, phone), *_lines(policy, phone, file), *_people(policy, file)]
    if fallback and desk.public_url:
        from channels.cli.check_fallback import check_fallback  # noqa: PLC0415 - the SDK, for whoever has a phone

        found += check_fallback(desk, phone, policy)
    yield from found
    if not found:
        numbers = ", ".join(phone.twilio_number)
        yield ok(ABOUT, f"{numbers}; a P1 or P2 rings whoever is on call, and its pages ring as desk.toml says")


def _public_url(desk: DeskSettings) -> Iterator[Finding]:
    key = env_key("public_url")
    if not desk.public_url:
        says = "the vendor calls us at an address that is not set, and signs it: the desk does not start"
        yield fault(ABOUT, says, f"set {key} to how the web is reached from outside, such as https://desk.example.com")
        return
    parts = urlsplit(desk.public_url)
    if is_inside(desk.public_url):
        says = f"the vendor cannot reach {desk.public_url}: that is an address of your own network"
        yield warning(ABOUT, says, f"set {key} to how the web is reached from outside, such as https://desk.example.com")
    elif parts.scheme != "https":
        says = f"{desk.public_url} is not encrypted: whoever listens hears what callers say, and where the ticket is"
        yield warning(ABOUT, says, f"put TLS before the web, and set {key} to https://…")
    if parts.port is not None and parts.port != 443:
        says = f"{desk.public_url} names a port: the vendor may sign the address without it"
        yield warning(ABOUT, says, "let the proxy answer at the usual port")


def _desk_phone(desk: DeskSettings, phone: TwilioSettings) -> Iterator[Finding]:
    if desk.desk_phone and desk.desk_phone not in phone.twilio_number:
        says = f"people are told to call {desk.desk_phone}, which is none of {', '.join(phone.twilio_number)}"
        mend = f"nothing, if it leads there; else take {env_key('desk_phone')} out"
        yield warning(ABOUT, says, mend)


def _lines(policy: Policy, phone: TwilioSettings, file: Path) -> Iterator[Finding]:
    for number in policy.phone.lines:
        if number not in phone.twilio_number:
            says = f"[[line]] {number} is not among {env_key('twilio_number')}: nobody hears its language"
            yield warning(ABOUT, says, f"add the number there, or take the block out of {file}")
    for line in policy.phone.lines.values():
        if line.language.partition("-")[0] not in LANGUAGES:
            says = f"[[line]] {line.number} is spoken in English: there are no words in {line.language!r}"
            yield warning(ABOUT, says, f"write them (docs/adding.md), or take the language out of {file}")


def _people(policy: Policy, file: Path) -> Iterator[Finding]:
    """Whom a P1 or P2 is to ring."""
    ladders = [ladder for ladder in policy.ladders if ladder.priorities & URGENT]
    if not any(Channel.PHONE in step.by for ladder in ladders for step in ladder.steps):
        says = "no step of a ladder for P1 or P2 pages by phone: what does not come by a call wakes nobody by voice"
        yield warning(ABOUT, says, f'write by = ["phone", "sms", "email"] in the steps of [[ladder]] in {file}')
    if not rung_for_a_p1(policy, datetime.now(UTC)):
        says = "nobody whom a P1 would ring has a phone: who calls hears that we go on trying, and talks to a machine"
        yield warning(ABOUT, says, f'add [[agent]] with phone = "+…" to the teams on the ladder, in {file}')
    without: dict[str, None] = {}
    for ladder in policy.ladders:
        for number, step in enumerate(ladder.steps, start=1):
            people = _reached(policy, ladder, step)
            if BY_NUMBER & set(step.by) and people and not any(agent.phone for agent in people):
                by = " and ".join(channel.value for channel in step.by if channel in BY_NUMBER)
                says = f"ladder {ladder.name!r}, step {number} pages by {by}, and nobody in it has a phone"
                yield warning(ABOUT, says, f'give them a phone in {file}: [[agent]] … phone = "+…"')
            elif ladder in ladders:
                without |= dict.fromkeys(agent.name for agent in people if not agent.phone)
    if without:
        says = f"on a ladder for P1 or P2 without a phone: {', '.join(without)}; no caller reaches them, and no page by voice"
        yield warning(ABOUT, says, f"give them a phone in {file}, if they are to be woken")


def _reached(policy: Policy, ladder: Ladder, step: Step) -> list[Agent]:
    """Whoever a step may page: a rotation's members, or the whole team."""
    if step.page not in (ON_CALL, TEAM):
        return [policy.agents[step.page]] if step.page in policy.agents else []
    teams = {
        route(policy, kind, step.tier).team
        for kind in ladder.kinds
        if step.tier is not None and step.tier >= policy.first_tier[kind]
    }
    people: dict[str, Agent] = {}
    for team in sorted(teams):
        turns = [rotation for rotation in policy.rotations.values() if rotation.team == team]
        if step.page == ON_CALL and turns:
            names = [name for turn in turns for name in (*turn.members, *(one.agent for one in turn.overrides))]
            people |= {name: policy.agents[name] for name in names if name in policy.agents}
        else:
            people |= {agent.name: agent for agent in Directory(policy=policy).members(team)}
    return list(people.values())
