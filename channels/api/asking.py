"""Who asks, and whether they may: each route says in one place what it needs."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from intake.desk.permissions import MAY, MAY_KEEP, Permission, demand
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.errors import Forbidden
from intake.domain.principal import Role
from intake.domain.token import Token


async def _token(request: Request) -> Token:
    found: object = request.state.token
    assert isinstance(found, Token)  # the door lets nobody else in
    return found


Asking = Annotated[Token, Depends(_token)]


def roles_of(deed: type[Deed]) -> frozenset[Role]:
    return MAY_KEEP[deed] if issubclass(deed, AgreementDeed) else MAY[deed]


@dataclass(frozen=True, slots=True)
class Needs:
    """A permission, or the right to do such a deed; whether on this very ticket is for the desk to say. Raises Forbidden."""

    what: Permission | type[Deed]

    async def __call__(self, asking: Asking) -> None:
        by = asking.principal
        if isinstance(self.what, Permission):
            demand(by, self.what)
        elif by.role not in roles_of(self.what):
            raise Forbidden(f"A token of the role {by.role.value} may not {self.what.verb}")


def needs(what: Permission | type[Deed]) -> Dependency:
    return Dependency(Needs(what))
