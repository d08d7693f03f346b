"""Somebody who works at the desk, as the directory knows them."""

from dataclasses import dataclass

from intake.domain.principal import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """`name` is unique. `mail` is lower-cased, `phone` E.164, `slack` a user id, `working_hours` free text for people; each
    may be empty."""

    name: str
    role: Role
    teams: frozenset[str]
    mail: str = ""
    phone: str = ""
    slack: str = ""
    working_hours: str = ""

    @property
    def principal(self) -> Principal:
        return Principal(name=self.name, role=self.role, teams=self.teams)
