"""Who and what there is in the workspace where conversations are played. Nobody's name is a word that anybody says."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.slack.ids import CIO_TRIAGE, GENERAL, HELP, OTHER_TEAM, TEAM, TRIAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhabitant:
    """`of` is the workspace of their account; `team` the one of the desk's that they are in, empty for nobody's staff."""

    id: str
    name: str
    mail: str = ""
    team: str = ""
    role: str = "agent"
    of: str = TEAM
    guest: bool = False

    @property
    def direct(self) -> str:
        return f"D{self.id[1:]}"


PEOPLE: Mapping[str, Inhabitant] = {
    "ann": Inhabitant(id="U0ANN000001", name="Annabel Quince", mail="quince@customer.example"),
    "ben": Inhabitant(id="U0BEN000001", name="Benno Quill", mail="quill@customer.example"),
    "eve": Inhabitant(id="U0EVE000001", name="Evita Quorum", mail="quorum@customer.example"),
    "gus": Inhabitant(id="U0GUS000001", name="Gustav Quartz", mail="quartz@customer.example", guest=True),
    "sue": Inhabitant(id="U0SUE000001", name="Susan Quebec", mail="quebec@partner.example", of=OTHER_TEAM),
    "kim": Inhabitant(id="U0KIM000001", name="Kimberly Zadok", mail="zadok@desk.example", team="support"),
    "jo": Inhabitant(id="U0JOO000001", name="Joska Zobel", mail="zobel@desk.example", team="support"),
    "lee": Inhabitant(id="U0LEE000001", name="Leander Zuniga", mail="zuniga@desk.example", team="cio"),
    "pia": Inhabitant(id="U0PIA000001", name="Piera Zwick", mail="zwick@desk.example", team="process"),
    "ludo": Inhabitant(id="U0LUD000001", name="Ludo Zander", mail="zander@desk.example", team="cio_leads", role="lead"),
}
STAFF = {name for name, one in PEOPLE.items() if one.team}
BY_ID = {one.id: name for name, one in PEOPLE.items()}
PROCESS_TRIAGE = "C0TRIAGE003"
CARDS_OF = {"support": TRIAGE, "cio": CIO_TRIAGE, "process": PROCESS_TRIAGE}
TRIAGES = frozenset(CARDS_OF.values())
SHARED = "C0SHARED001"
ROOMS: Mapping[str, str] = {
    "help": HELP,
    "cioreq": "C0CIOREQ001",
    "some": "C0SOME00001",
    "emoji": "C0EMOJI0001",
    "talk": GENERAL,
    "shared": SHARED,
    "triage": TRIAGE,
    "cio_triage": CIO_TRIAGE,
}
PUBLIC_URL = "https://desk.example.com"


def _agent(one: Inhabitant) -> str:
    return (
        f'[[agent]]\nname = "{one.name}"\nteams = ["{one.team}"]\nrole = "{one.role}"\n'
        f'mail = "{one.mail}"\nslack = "{one.id}"\n'
    )  # fmt: skip


_TAKES = {HELP: "every", SHARED: "every", "C0CIOREQ001": "every", "C0SOME00001": "mention", "C0EMOJI0001": "emoji"}
POLICY = "\n".join(
    [
        *(_agent(one) for one in PEOPLE.values() if one.team),
        *(f'[[mirror]]\nteam = "{team}"\nchannel = "slack"\naddress = "{room}"' for team, room in CARDS_OF.items()),
        *(
            f'[[slack_channel]]\nid = "{room}"\ntake = "{take}"\nteam = "{"cio" if "CIO" in room else ""}"'
            for room, take in _TAKES.items()
        ),
        '[[rotation]]\nname = "support"\nteam = "support"\ntime_zone = "UTC"\nstarts = "2026-01-05"',
        f'members = ["{PEOPLE["kim"].name}"]',
        '[[ladder]]\nname = "urgent"\npriorities = ["P1", "P2"]',
        'steps = [{ page = "on_call", tier = 1, by = ["slack"], wait_minutes = 10 }]',
    ]
)


def profile(one: Inhabitant) -> dict[str, object]:
    """As users.info gives it."""
    return {
        "id": one.id,
        "team_id": one.of,
        "real_name": one.name,
        "is_email_confirmed": True,
        "is_restricted": one.guest,
        "is_stranger": one.of != TEAM,
        "locale": "en-US",
        "tz": "Europe/Berlin",
        "profile": {"real_name": one.name, "email": one.mail},
    }
