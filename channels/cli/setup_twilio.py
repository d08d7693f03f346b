"""`intake setup twilio`: what to paste where at the vendor, and the fallback that rings people when the desk is away."""

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime

from channels.cli.check_phone import check_phone
from channels.cli.finding import Verdict
from channels.cli.kept_fallback import keep
from channels.cli.settings import env_key, read_desk_settings, read_phone_settings
from channels.cli.terminal import complain, in_one_line, say
from channels.phone.fallback_document import FallbackDocument, fallback_document
from channels.phone.settings import TwilioSettings
from channels.phone.ways_in import ways_in
from channels.serve.settings import DeskSettings
from intake.desk.policy_file.whole import read_policy

WIDTH = 78  # what a person reads on the narrowest terminal; what is pasted is never broken
_FIRST = """\
Nothing to set up yet. Set these in .env or the environment, then run this again:
  INTAKE_TWILIO_ACCOUNT_SID  the vendor's console, first page: "Account SID"
  INTAKE_TWILIO_AUTH_TOKEN   beside it: "Auth Token"
  INTAKE_TWILIO_NUMBER       a number of that account that speaks and texts,
                             such as +4930901820
  INTAKE_PUBLIC_URL          how the web is reached from outside, such as
                             https://desk.example.com"""
_NUMBERS = """\
1. The numbers. In the console: Phone Numbers > Manage > Active numbers, then
   Configure, for {numbers}

   Voice
     A call comes in         Webhook, HTTP POST
{voice}
     Primary handler fails   TwiML Bin: the one of step 2
     Call status changes     HTTP POST
{status}

   Messaging
     A message comes in      Webhook, HTTP POST
{text}
     Primary handler fails   Webhook, HTTP POST: the same address once more

   Paste all of it, also what follows the #: that makes the vendor ask again
   when an answer fails. Where a Messaging Service has the number, the address
   for messages belongs there (Integration > Send a webhook)."""
_FALLBACK = """\
2. The fallback for {number}. In the console: TwiML Bins > Create, "help desk fallback". Paste what stands between the lines. \
It needs nothing of ours: {rings}."""
_THEN = """\
3. Run `intake check`: it asks the vendor whether all of it stands there. Then
   call the number and hang up without a word: `intake calls` shows it. Print
   the fallback again whenever `intake check` says that it has grown old."""
_REGISTER = """\
note: a number in the USA or Canada sends texts only once it is registered there (A2P 10DLC, or toll-free verification): \
Messaging > Regulatory compliance in the console. Until then texts fail with 30034 or 30032."""
_RULE = "─" * WIDTH


def set_up_twilio() -> int:
    """Changes nothing at the vendor. 1 where something must be set first. Raises ConfigError."""
    desk, phone = read_desk_settings(), read_phone_settings()
    if not phone.is_on or not desk.public_url:
        complain(_FIRST)
        return 1
    policy, now = read_policy(desk.policy), datetime.now(UTC)
    documents = [fallback_document(number, policy, desk.public_url, now) for number in phone.twilio_number]
    say(_numbers(desk, phone))
    for shown in _apart(documents):
        say()
        say(_wrapped(_FALLBACK.format(number=_together([one.number for one in shown]), rings=_rings(shown[0]))))
        say()
        say(_RULE)
        say(shown[0].twiml)
        say(_RULE)
    say()
    say(_THEN)
    _warn(desk, phone)
    unkept = [one for one in documents if not keep(desk, one.number, one.twiml)]
    if unkept:
        complain(f"warning: {desk.data_dir} cannot be written, so `intake check` cannot say when the fallback is out of date")
    return 0


def _numbers(desk: DeskSettings, phone: TwilioSettings) -> str:
    ways = ways_in(desk.public_url)
    return _NUMBERS.format(
        numbers=_together(phone.twilio_number),
        **{name: f"       {url}" for name, url in (("voice", ways.voice), ("status", ways.status), ("text", ways.text))},
    )


def _apart(documents: Sequence[FallbackDocument]) -> Sequence[Sequence[FallbackDocument]]:
    """Numbers that speak the same language share one."""
    by_text: dict[str, list[FallbackDocument]] = {}
    for one in documents:
        by_text.setdefault(one.twiml, []).append(one)
    return list(by_text.values())


def _rings(of: FallbackDocument) -> str:
    if not of.rings:
        return "it rings NOBODY, because nobody on the first steps of the P1 ladder has a phone, and takes a message"
    return f"it rings {_together(of.rings)} at once, and takes a message if nobody answers"


def _warn(desk: DeskSettings, phone: TwilioSettings) -> None:
    for finding in check_phone(desk, phone, fallback=False):
        if finding.verdict is not Verdict.OK:
            say()
            say(_wrapped(in_one_line(f"{finding.verdict.value}: {finding.says}")))
            say(_wrapped(in_one_line(f"→ {finding.mend}")))
    if any(number.startswith("+1") for number in phone.twilio_number):
        say()
        say(_wrapped(_REGISTER))
    if desk.desk_phone == "":
        say()
        says = f"Who reports a P1 or P2 is told to call {phone.twilio_number[0]} ({env_key('desk_phone')} names another)."
        say(_wrapped(says, indent=""))


def _wrapped(text: str, indent: str = "   ") -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
