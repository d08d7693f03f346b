"""Changes as people type them at the prompt, and who works at a desk that has them."""

from datetime import UTC, datetime, timedelta

from tests.cli.at_the_prompt import Prompt, Ran, Record

PEOPLE = """
[[agent]]
name = "Cleo"
teams = ["cio"]

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"

[[agent]]
name = "Lou"
teams = ["process_leads"]
role = "lead"

[[freeze]]
name = "year end"
from = "2098-12-18T18:00"
until = "2099-01-04T06:00"
time_zone = "Europe/Berlin"
services = ["Reports"]
"""
NAME = "ACME now"


def typed(intake: Prompt, line: str, *more: str) -> Ran:
    ran = intake(*line.split(), *more)
    assert (ran.code, ran.err) == (0, "")
    return ran


def open_agreement(intake: Prompt) -> None:
    """Ten hours."""
    year = datetime.now(UTC).year
    period = f"--starts {year - 1}-01-01 --ends {year + 1}-12-31"
    typed(intake, f"agreement open --party ACME {period} --hours 10h --spender cio --as lee", NAME)


def plan(intake: Prompt) -> None:
    line = "change plan HD-1001 --risk low --service Reports --service Mail --as cleo --backout-plan"
    typed(intake, line, "Put the old one back.")
    typed(intake, "change submit HD-1001 --as Cleo")


def schedule(intake: Prompt, starts: datetime) -> Ran:
    ends = starts + timedelta(hours=4)
    return typed(intake, f"change schedule HD-1001 --starts {starts.isoformat()} --ends {ends.isoformat()} --as Cleo")


def approve(intake: Prompt) -> None:
    typed(intake, "change request-approval HD-1001 --as Cleo")
    typed(intake, "change approve HD-1001 --as Lee --comment fine")
    typed(intake, "change approve HD-1001 --as Lou")


def shown(intake: Prompt) -> Record:
    return typed(intake, "change show HD-1001 --json").record
