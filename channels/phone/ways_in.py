"""What must stand at the vendor for each of the desk's numbers: whom it asks when somebody calls or texts.

docs/usage/webhooks/webhooks-connection-overrides of the vendor: what follows # in such an address is for the vendor alone.
"""

from dataclasses import dataclass
from urllib.parse import urldefrag

# A caller hears nothing while the vendor waits: it gives up a connection after 2 s and an answer after 4 s, tries twice more,
# and after 10 s in all plays the fallback. A text has no caller on the line: patience, and three more tries.
VOICE_OVERRIDES = "#ct=2000&rt=4000&tt=10000&rc=2&rp=all"
TEXT_OVERRIDES = "#rc=3&rp=all"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """Addresses of ours as they are pasted at the vendor, all of them asked with POST."""

    voice: str
    status: str
    text: str


def ways_in(public_url: str) -> WaysIn:
    return WaysIn(
        voice=f"{public_url}/twilio/voice{VOICE_OVERRIDES}",
        status=f"{public_url}/twilio/status{TEXT_OVERRIDES}",
        text=f"{public_url}/twilio/sms{TEXT_OVERRIDES}",
    )


def same_way(there: str, ours: str) -> bool:
    """Whatever follows #."""
    return urldefrag(there.strip()).url == urldefrag(ours).url


def is_patient(there: str) -> bool:
    """Whether it tells the vendor to ask again when an answer fails."""
    overrides = dict(part.partition("=")[::2] for part in urldefrag(there.strip()).fragment.split("&"))
    return overrides.get("rc", "0") not in {"", "0"} and overrides.get("rp") in {"all", "5xx"}
