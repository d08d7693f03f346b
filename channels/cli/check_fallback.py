"""Is the document that rings people when the desk does not answer still right? It names them; the rota goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime

from channels.cli.finding import Finding, warning
from channels.cli.kept_fallback import kept
from channels.phone.fallback_document import fallback_document, rung_by
from channels.phone.settings import TwilioSettings
from channels.serve.settings import DeskSettings
from intake.desk.policy import Policy

ABOUT = "phone"
AGAIN = "run `intake setup twilio`, and paste the fallback at the vendor"


def check_fallback(desk: DeskSettings, phone: TwilioSettings, policy: Policy) -> Iterator[Finding]:
    """Of each number, as it was printed here last."""
    now = datetime.now(UTC)
    for number in phone.twilio_number:
        found = kept(desk, number)
        if found is None:
            says = f"no fallback was printed for {number} here: who calls while the desk does not answer may reach nobody"
            yield warning(ABOUT, says, AGAIN)
            continue
        twiml, at = found
        wanted = fallback_document(number, policy, desk.public_url, now)
        names = {agent.phone: agent.name for agent in policy.agents.values() if agent.phone}
        rings, due = rung_by(twiml), rung_by(wanted.twiml)
        if rings != due:
            then = ", ".join(sorted(names.get(one, one) for one in rings)) or "nobody"
            today = ", ".join(wanted.rings) or "nobody"
            says = f"the fallback of {number}, printed {at:%Y-%m-%d}, rings {then}; on call for a P1 now: {today}"
            yield warning(ABOUT, says, f"{AGAIN}; people who change weekly want a phone of the team's in [[agent]]")
        elif twiml != wanted.twiml:
            yield warning(ABOUT, f"the fallback of {number}, printed {at:%Y-%m-%d}, has other words or addresses by now", AGAIN)
