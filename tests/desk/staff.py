"""The people who work at the desk in tests, and a policy that knows them."""

from importlib import resources

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.domain.principal import Principal, Role

_AGENTS = """
[[agent]]
name = "Ben"
teams = ["support"]
mail = "ben@desk.example"

[[agent]]
name = "Cleo"
teams = ["cio"]
mail = "cleo@desk.example"

[[agent]]
name = "Pia"
teams = ["process"]
mail = "pia@desk.example"

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"
mail = "lee@desk.example"

[[agent]]
name = "Lou"
teams = ["process_leads"]
role = "lead"
mail = "lou@desk.example"
"""

BEN = Principal(name="Ben", role=Role.AGENT, teams=frozenset({"support"}))
CLEO = Principal(name="Cleo", role=Role.AGENT, teams=frozenset({"cio"}))
PIA = Principal(name="Pia", role=Role.AGENT, teams=frozenset({"process"}))
LEE = Principal(name="Lee", role=Role.LEAD, teams=frozenset({"cio_leads"}))
LOU = Principal(name="Lou", role=Role.LEAD, teams=frozenset({"process_leads"}))
ADMIN = Principal(name="root", role=Role.ADMIN)
AUDITOR = Principal(name="Otto", role=Role.AUDITOR)
STAFF = (BEN, CLEO, PIA, LEE, LOU, ADMIN)


def policy_with_staff(*, renamed: tuple[str, str] = ("", "")) -> Policy:
    """`renamed` is a team's old name and its new one."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8") + _AGENTS
    old, new = renamed
    return parse_policy(text.replace(f'"{old}"', f'"{new}"') if old else text, "desk.toml")
