"""The link with which installing begins. Whoever has none could bring in a workspace of their own, and name there whatever mail
address they like as theirs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from intake.desk.keys import KeyRing, Purpose

INVITED_FOR = timedelta(days=7)
INSTALL_PATH = "/slack/install"
_UNTIL, _SIGN = "until", "sign"


def invitation(keys: KeyRing, public_url: str, now: datetime) -> str:
    """A link that lets its holder install the desk, for a week."""
    until = str(int((now + INVITED_FOR).timestamp()))
    query = urlencode({_UNTIL: until, _SIGN: keys.sign(Purpose.INSTALLING, until)})
    return f"{public_url.rstrip('/')}{INSTALL_PATH}?{query}"


def is_invited(keys: KeyRing, query: Mapping[str, str], now: datetime) -> bool:
    until = query.get(_UNTIL, "")
    if not (until.isascii() and until.isdigit() and len(until) <= 11):
        return False
    is_ours = keys.verifies(Purpose.INSTALLING, until, query.get(_SIGN, ""))
    return is_ours and now < datetime.fromtimestamp(int(until), UTC)
