"""Where an agent's own feed is: whoever has the address sees the calendar, so it is shown to that agent alone."""

from intake.desk.keys import KeyRing
from intake.desk.signed_names import feed_key

PATH = "/calendar"


def feed_address(public_url: str, keys: KeyRing, agent: str) -> str:
    return f"{public_url.rstrip('/')}{PATH}/{feed_key(keys, agent)}.ics"
