"""Who and what there is in the workspace that the tests have. All of it is made up."""

from collections.abc import Mapping

TEAM, OTHER_TEAM, ENTERPRISE, APP = "T0DESK00001", "T0OTHER0001", "E0GRID00001", "A0DESK00001"
BOT_USER, BOT_ID, OTHER_BOT = "U0DESKBOT01", "B0DESKBOT01", "B0DEPLOY001"
ANN, KIM, BEN, LEE, EVE = "U0ANN000001", "U0KIM000001", "U0BEN000001", "U0LEE000001", "U0EVE000001"
HELP, GENERAL, TRIAGE, CIO_TRIAGE = "C0HELP00001", "C0GENERAL01", "C0TRIAGE001", "C0TRIAGE002"
DIRECT = "D0ANN000001"
SECRET, BOT_TOKEN, APP_TOKEN = "0123456789abcdef0123456789abcdef", "xoxb-1-made-up", "xapp-1-made-up"
MENTION = f"<@{BOT_USER}>"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Payload = dict[str, object]


def ts(second: int, fraction: int = 100) -> str:
    """When something was said, as Slack names it."""
    return f"{1_770_000_000 + second}.{fraction:06d}"


def channel_type(room: str) -> str:
    return {"D": "im", "G": "group"}.get(room[:1], "channel")


def bare(inner: Mapping[str, object]) -> Payload:
    """What was said as it stands where the room is named beside it."""
    return {name: value for name, value in inner.items() if name not in {"channel", "channel_type", "event_ts"}}
