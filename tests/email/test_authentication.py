"""Whose word on a mail's author is taken, and what it must say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.parse import parse
from channels.email.reading.authentication import is_authentic, trusted_names
from tests.email.letters import arrival, letter

OURS = trusted_names("mx.help.example, Mail.Help.Example")
PASS = "mx.help.example; spf=pass smtp.mailfrom=ada@users.example; dmarc=pass (p=none) header.from=users.example"


@pytest.mark.parametrize(
    ("results", "authentic"),
    [
        ((PASS,), True),
        ((PASS.replace("mx.help.example", "MAIL.help.EXAMPLE 1"),), True),
        ((PASS.replace("users.example;", "users.example;\r\n\tdkim=pass header.d=users.example;"),), True),
        ((PASS.replace("header.from=users.example", 'header.from="ada@users.example"'),), True),
        ((), False),
        ((PASS.replace("mx.help", "mx.evil"),), False),
        ((PASS.replace("dmarc=pass", "dmarc=fail"),), False),
        ((PASS.replace("dmarc=pass", "dmarc=none"),), False),
        ((PASS.replace("header.from=users", "header.from=evil"),), False),
        ((PASS.replace("header.from=users", "header.from=sub.users"),), False),
        ((PASS + "; dmarc=fail header.from=users.example",), False),
        (("mx.help.example; spf=pass smtp.mailfrom=users.example; dkim=pass header.d=users.example",), False),
        (("mx.help.example; none", PASS), False),  # ours, on top: what stands below came with the mail
        (("mx.other.example; none", PASS), True),  # a relay before us: its word counts for nothing, either way
        (("spf=pass; dmarc=pass header.from=users.example",), False),  # no name, and none was to be trusted
        (("mx.help.example; " + "(" * 5000,), False),
        ((PASS + "; x=y" * 5000,), False),
        (("",), False),
        ((";",), False),
        (("other.example; none",) * 30 + (PASS,), False),
    ],
)
def test_only_a_trusted_servers_pass_for_the_authors_domain_counts(results: tuple[str, ...], *, authentic: bool) -> None:
    assert is_authentic(results, "users.example", OURS) is authentic


UNNAMED = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=users.example; dmarc=pass action=none header.from=users.example;x=pass"
)


@pytest.mark.parametrize(
    ("results", "authentic"),
    [
        ((UNNAMED,), True),
        ((PASS, UNNAMED), False),
        ((UNNAMED.replace("=pass", "=fail"), UNNAMED), False),
        ((PASS, f"-; {UNNAMED}"), False),  # a stranger wrote the dash, and the server's own header stands above it
        ((UNNAMED.replace("=pass", "=fail"), f"-; {UNNAMED}"), False),
    ],
)
def test_a_server_without_a_name_is_believed_on_top_alone(results: tuple[str, ...], *, authentic: bool) -> None:
    assert is_authentic(results, "users.example", trusted_names("-")) is authentic


@pytest.mark.parametrize("of_whom", ["", " header.from=", " header.from=.", " header.from=ada@"])
def test_an_author_without_a_domain_proves_nothing(of_whom: str) -> None:
    assert not is_authentic([f"mx.help.example; dmarc=pass{of_whom}"], "", OURS)


@given(st.lists(st.text(max_size=200), max_size=3), st.text(max_size=20))
def test_any_words_are_no_proof(results: list[str], domain: str) -> None:
    assert not is_authentic([f"mx.help.example; {result}" for result in results], domain, OURS)


HEADER = f"Authentication-Results: {PASS}"


@pytest.mark.parametrize(
    ("headers", "sender", "trusted", "authentic"),
    [
        (HEADER, "Ada <ada@users.example>", "mx.help.example", True),
        (HEADER, "Ada <ada@users.example>", "", False),
        (HEADER, "Ada <ada@users.example>, Eve <eve@users.example>", "mx.help.example", False),
        (f"{HEADER}\nFrom: eve@evil.example", "Ada <ada@users.example>", "mx.help.example", False),
        (f"{HEADER}\nReply-To: ada@users.example", "Ada <>", "mx.help.example", False),
        (HEADER, "Ada <ada@evil.example>", "mx.help.example", False),
        (f"X-Note: 1\n{HEADER}", "=?utf-8?q?Ada?= <ADA@USERS.example>", "other.example,mx.help.example", True),
    ],
)
def test_a_mail_is_authentic_where_its_one_author_passed(headers: str, sender: str, trusted: str, *, authentic: bool) -> None:
    raw = letter("It is jammed.", headers=headers, sender=sender)
    assert parse(arrival(raw, authserv_id=trusted)).authentic is authentic
