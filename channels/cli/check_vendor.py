"""Asks the phone's vendor: is the account in order, are the numbers ours, and does it ask us when somebody calls or texts?"""

import asyncio
from collections.abc import Iterator, Sequence

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import env_key
from channels.phone.settings import TwilioSettings
from channels.phone.vendor.account import Account, NumberThere
from channels.phone.ways_in import is_patient, same_way, ways_in
from channels.serve.settings import DeskSettings
from intake.domain.errors import DeliveryError

ABOUT = "phone"
PATIENCE = 5.0  # seconds for all of it; somebody sits there and waits
SET_UP = "`intake setup twilio` says what belongs there"


def check_vendor(desk: DeskSettings, phone: TwilioSettings) -> Iterator[Finding]:
    """Changes nothing there."""
    try:
        status, numbers = asyncio.run(_asked(phone))
    except (DeliveryError, TimeoutError) as trouble:
        says = str(trouble) or f"the vendor does not answer within {PATIENCE:.0f} s"
        mend = f"are {env_key('twilio_account_sid')} and {env_key('twilio_auth_token')} right, a proxy or firewall between?"
        yield fault(ABOUT, says, f"{mend} Calls that come in are answered all the same; nobody is called or texted")
        return
    if status != "active":
        mend = "mend that in the vendor's console: often a payment. Nobody can call or be called until then"
        yield fault(ABOUT, f"the account at the vendor is {status or 'in no state that it names'}", mend)
    for number, there in zip(phone.twilio_number, numbers, strict=True):
        found = list(_number(number, there, desk))
        yield from found or [ok(ABOUT, f"{number}: the vendor asks us when somebody calls or texts")]


async def _asked(phone: TwilioSettings) -> tuple[str, Sequence[NumberThere | None]]:
    account = Account(phone, PATIENCE)
    try:
        async with asyncio.timeout(PATIENCE):
            status, *numbers = await asyncio.gather(
                account.status(), *(account.number(number) for number in phone.twilio_number), return_exceptions=True
            )
    finally:
        await account.close()
    for answer in (status, *numbers):
        if isinstance(answer, BaseException):
            raise answer
    assert isinstance(status, str)
    return status, [one for one in numbers if one is None or isinstance(one, NumberThere)]


def _number(number: str, there: NumberThere | None, desk: DeskSettings) -> Iterator[Finding]:
    if there is None:
        yield fault(ABOUT, f"the account has no number {number}", f"correct {env_key('twilio_number')}, or buy the number")
        return
    if not there.speaks:
        yield fault(ABOUT, f"{number} takes no calls", f"take another number into {env_key('twilio_number')}")
    if not there.texts:
        yield warning(ABOUT, f"{number} takes and sends no texts", "people by phone get no number and no answers in writing")
    if there.elsewhere:
        says = f"calls to {number} go to {there.elsewhere} and not to the addresses that stand there"
        yield fault(ABOUT, says, f"configure the number with a webhook; {SET_UP}")
    yield from _ways(number, there, desk.public_url)


def _ways(number: str, there: NumberThere, public_url: str) -> Iterator[Finding]:
    wanted = ways_in(public_url)
    if not same_way(there.voice, wanted.voice):
        yield fault(ABOUT, f"calls to {number} are asked of {there.voice or 'nobody'}", SET_UP)
    elif there.voice_method != "POST":
        yield fault(ABOUT, f"calls to {number} are asked for by {there.voice_method}, and we answer POST alone", SET_UP)
    elif not is_patient(there.voice):
        yield warning(ABOUT, f"calls to {number}: an answer that fails once is not asked for again", SET_UP)
    if not there.fallback:
        says = f"no fallback stands at the vendor for {number}: while the desk does not answer it is a dead line"
        yield warning(ABOUT, says, SET_UP)
    elif same_way(there.fallback, wanted.voice):
        yield warning(ABOUT, f"the fallback of {number} is the desk itself, which does not answer then", SET_UP)
    if not same_way(there.status, wanted.status):
        yield warning(ABOUT, f"the end of calls to {number} is told to {there.status or 'nobody'}", SET_UP)
    if not there.texts:
        return
    if not same_way(there.text, wanted.text):
        mend = f"{SET_UP}; nothing, if a Messaging Service has the number and that address"
        yield warning(ABOUT, f"texts to {number} are sent to {there.text or 'nobody'}", mend)
    elif there.text_method != "POST":
        yield fault(ABOUT, f"texts to {number} are sent by {there.text_method}, and we answer POST alone", SET_UP)
    elif not is_patient(there.text):
        yield warning(ABOUT, f"texts to {number}: one that fails once is lost", SET_UP)
