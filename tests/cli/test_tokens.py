"""`intake token`: shown once, kept as a hash, revoked for good."""

from hashlib import sha256

import pytest

from channels.api.bearer import holder, parse_bearer
from intake.domain.channel import Address, AddressKind
from intake.domain.principal import Principal, Role
from tests.cli.at_the_prompt import Desk, Prompt


def opens(shown: str, desk: Desk) -> Principal | None:
    """For whom the API takes whoever shows this."""
    bearer = parse_bearer(f"Bearer {shown}")
    assert bearer is not None
    with desk.store.looking() as reader:
        token = holder(bearer, reader)
    return token.principal if token else None


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("--role agent --team support --team cio", Principal(name="it", role=Role.AGENT, teams=frozenset({"support", "cio"}))),
        ("--role lead", Principal(name="it", role=Role.LEAD)),
        ("--role admin", Principal(name="it", role=Role.ADMIN)),
        ("--role auditor", Principal(name="it", role=Role.AUDITOR)),
        (
            "--role requester --address Ann@Customer.Example",
            Principal(name="it", role=Role.REQUESTER, address=Address(kind=AddressKind.EMAIL, value="ann@customer.example")),
        ),
        (
            "--role requester --address +4930123456",
            Principal(name="it", role=Role.REQUESTER, address=Address(kind=AddressKind.PHONE, value="+4930123456")),
        ),
    ],
)
def test_a_token_opens_the_door_for_whom_it_was_made(desk: Desk, intake: Prompt, words: str, whose: Principal) -> None:
    ran = intake("token", "create", "it", *words.split())
    assert ran.code == 0
    assert opens(ran.out.strip(), desk) == whose


def test_stdout_holds_the_token_alone_and_stderr_the_warning(desk: Desk, intake: Prompt) -> None:
    ran = intake("token", "create", "monitoring", "--role", "agent", "--team", "support")
    assert ran.out.count("\n") == 1
    assert ran.out.startswith("hd_")
    assert "monitoring (agent in support)" in ran.err
    assert "never again" in ran.err


def test_the_secret_is_nowhere_afterwards(desk: Desk, intake: Prompt) -> None:
    ran = intake("token", "create", "monitoring", "--role", "agent")
    secret = ran.out.strip().split("_", 2)[2]
    listed = intake("token", "list").out + intake("token", "list", "--json").out
    assert secret not in listed + ran.err
    kept = b"".join(path.read_bytes() for path in desk.folder.iterdir() if path.is_file())
    assert secret.encode() not in kept
    assert sha256(secret.encode()).hexdigest().encode() in kept
    assert sha256(secret.encode()).hexdigest() not in listed


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_revoked_token_opens_nothing(desk: Desk, intake: Prompt, by: str) -> None:
    shown = intake("token", "create", "monitoring", "--role", "agent").out.strip()
    name = "monitoring" if by == "name" else shown.split("_")[1]
    assert "revoked: it opens nothing any more" in intake("token", "revoke", name).out
    assert opens(shown, desk) is None
    again = intake("token", "revoke", name)
    assert (again.code, "was revoked already" in again.out) == (0, True)
    assert intake("token", "list", "--json").record["revoked_at"] is not None


REFUSED = [
    ("create it", 2, "Missing option '--role'"),
    ("create it --role device", 2, "'device' is none of requester, agent, lead, admin, auditor"),
    ("create it --role agent --team nosuch", 1, "No team is called nosuch. There are: support, cio"),
    ("create it --role admin --team cio", 1, "--team is for agents and leads"),
    ("create it --role requester", 1, "A requester needs --address"),
    ("create it --role requester --address nonsense", 1, "'nonsense' is no address: they look like ann@example.com"),
    ("create it --role requester --address U0123456789", 1, "no address such as ann@example.com or +4930123456"),
    ("create it --role agent --address ann@x.example", 1, "--address is for requesters"),
    ("create 17 --role agent", 1, "neither a number nor 'desk'"),
    ("create desk --role agent", 1, "neither a number nor 'desk'"),
    ("create taken --role lead", 1, "There is a token 'taken' already"),
    ("revoke nobody", 1, "There is no token 'nobody'"),
    ("", 2, "create"),
]


@pytest.mark.parametrize(("line", "code", "says"), REFUSED)
def test_a_refusal_says_why_and_makes_no_token(desk: Desk, intake: Prompt, line: str, code: int, says: str) -> None:
    intake("token", "create", "taken", "--role", "agent")
    ran = intake("token", *line.split())
    assert ran.code == code
    assert says in ran.err + ran.out
    assert len(intake("token", "list", "--json").records) == 1


def test_the_list_is_for_people_too(desk: Desk, intake: Prompt) -> None:
    assert intake("token", "list").out == "No tokens yet: intake token create NAME --role ROLE\n"
    intake("token", "create", "a\x1b[31m b", "--role", "agent", "--team", "support", "--team", "cio")
    intake("token", "create", "all", "--role", "lead")
    out = intake("token", "list").out
    assert "cio, support" in out
    assert "(command line)" in out
    assert "\x1b" not in out
