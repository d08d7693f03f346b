"""`intake token`: what lets a program speak for somebody. It is shown once; the store keeps only a hash of its secret."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from channels.api import people_shapes, shapes
from channels.api.bearer import new_token
from channels.cli.settings import read_desk_settings
from channels.cli.store import reading, writing
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.who import address_typed, administrator
from intake.desk.incoming import clean
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.domain.channel import AddressKind
from intake.domain.errors import Conflict, NotFound, PolicyViolation
from intake.domain.event import DESK
from intake.domain.principal import Principal, Role
from intake.domain.token import Token
from storage.store import SqlStore

COLUMNS = (
    Column(title="id"),
    Column(title="name", gives=True),
    Column(title="role"),
    Column(title="teams", gives=True),
    Column(title="address", gives=True),
    Column(title="created (UTC)"),
    Column(title="by", gives=True, spare=True),
    Column(title="revoked (UTC)"),
)
LONGEST_NAME = 100
IN_TEAMS = frozenset({Role.AGENT, Role.LEAD})


def create_token(name: str, role: Role, teams: Collection[str], address: str | None) -> None:
    """The token goes to stdout, alone; what to know about it to stderr. Raises PolicyViolation."""
    desk = read_desk_settings()
    principal = _principal(clean(name).strip(), role, teams, address, read_policy(desk.policy))
    with writing(desk) as store:
        try:
            token, shown = _add(principal, store)
        except Conflict as fault:
            raise PolicyViolation(f"There is a token {principal.name!r} already, or was: take another name") from fault
    complain(f"Token {token.id} of {in_one_line(_whose(principal))}. Programs send it as: Authorization: Bearer TOKEN")
    complain("It is shown now and never again. Whoever has it may do all that: keep it where passwords are kept.")
    say(shown)


def list_tokens(*, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        tokens = store.ask(lambda reader: reader.tokens())
    if as_json:
        for token in tokens:
            say(shapes.json_line(people_shapes.token(token)))
        return
    if not tokens:
        say("No tokens yet: intake token create NAME --role ROLE")
        return
    show_table(COLUMNS, [_row(token) for token in tokens])


def revoke_token(name: str) -> None:
    """By name or id. Twice does no harm. Raises NotFound."""
    now = datetime.now(UTC)
    with writing(read_desk_settings()) as store:
        with store.looking() as reader:
            token = _named(name, reader.tokens())
        with store.begin() as books:
            revoked = books.tokens.revoke(token.id, now)
    how = "revoked: it opens nothing any more" if revoked else "was revoked already"
    say(in_one_line(f"{token.id} {token.principal.name}: {how}"))


def _add(principal: Principal, store: SqlStore) -> tuple[Token, str]:
    """The token, and what is shown of it once."""
    with store.begin() as books:
        number = books.next_id()
        shown, secret_sha256 = new_token(number)
        token = Token(
            id=number,
            principal=principal,
            secret_sha256=secret_sha256,
            created_at=datetime.now(UTC),
            created_by=administrator(),
        )
        books.tokens.add(token)
    return token, shown


def _principal(name: str, role: Role, teams: Collection[str], address: str | None, policy: Policy) -> Principal:
    if not name or len(name) > LONGEST_NAME or name.isdigit() or name == DESK:
        raise PolicyViolation(f"A token's name has 1 to {LONGEST_NAME} characters, and is neither a number nor {DESK!r}")
    if strangers := [team for team in teams if team not in policy.teams]:
        raise PolicyViolation(f"No team is called {' or '.join(strangers)}. There are: {', '.join(policy.teams)}")
    if teams and role not in IN_TEAMS:
        raise PolicyViolation(f"--team is for agents and leads: the role {role.value} has none")
    whole = Principal(name=name, role=role, teams=frozenset(teams))
    if role is not Role.REQUESTER:
        if address is not None:
            raise PolicyViolation(f"--address is for requesters: the role {role.value} has none")
        return whole
    if address is None:
        raise PolicyViolation("A requester needs --address: whose tickets the token opens, such as ann@example.com")
    found = address_typed(address)
    if found.kind is AddressKind.SLACK:
        raise PolicyViolation(f"{address!r} is no address such as ann@example.com or +4930123456")
    return replace(whole, address=found)


def _named(name: str, tokens: Sequence[Token]) -> Token:
    for token in tokens:
        if name in {token.principal.name, str(token.id)}:
            return token
    raise NotFound(f"There is no token {name!r}: `intake token list` shows them")


def _whose(principal: Principal) -> str:
    address = f", {principal.address.value}" if principal.address else ""
    teams = f" in {', '.join(sorted(principal.teams))}" if principal.teams else ""
    return f"{principal.name} ({principal.role.value}{teams}{address})"


def _row(token: Token) -> Sequence[str]:
    who = token.principal
    return (
        str(token.id),
        who.name,
        who.role.value,
        ", ".join(sorted(who.teams)) or ("all" if who.role in IN_TEAMS else "-"),
        who.address.value if who.address else "-",
        utc_minute(token.created_at),
        token.created_by,
        utc_minute(token.revoked_at) if token.revoked_at else "-",
    )
