"""Tokens are kept as a hash, named once, and revoked for good."""

from dataclasses import replace

import pytest

from intake.domain.errors import Conflict
from intake.domain.principal import Principal, Role
from intake.domain.token import Token
from storage.store import SqlStore
from tests.storage.examples import LATER, NOW, mail

A_TOKEN = Token(
    id=0,
    principal=Principal(name="nightly report", role=Role.AGENT, teams=frozenset({"support", "network"})),
    secret_sha256="c" * 64,
    created_at=NOW,
    created_by="bob",
)


def keep(store: SqlStore, like: Token) -> Token:
    with store.begin() as books:
        token = replace(like, id=books.next_id())
        books.tokens.add(token)
    return token


def test_a_token_comes_back_as_it_was(store: SqlStore) -> None:
    portal = Principal(name="portal", role=Role.REQUESTER, address=replace(mail("ann@x.example"), name="Ann"))
    report, own = keep(store, A_TOKEN), keep(store, replace(A_TOKEN, principal=portal))
    with store.begin() as books:
        assert (books.tokens.get(report.id), books.tokens.get(own.id)) == (report, own)
    with store.looking() as reader:
        assert list(reader.tokens()) == [own, report]
        assert reader.token(report.id) == report
        assert reader.token(own.id + 1000) is None


def test_a_token_can_be_read_in_the_transaction_that_wrote_it(store: SqlStore) -> None:
    with store.begin() as books:
        token = replace(A_TOKEN, id=books.next_id())
        books.tokens.add(token)
        assert books.tokens.get(token.id) == token


def test_a_revoked_token_stays_revoked_and_on_the_list(store: SqlStore) -> None:
    token = keep(store, A_TOKEN)
    with store.begin() as books:
        assert books.tokens.revoke(token.id, NOW)
        assert not books.tokens.revoke(token.id, LATER)
        assert not books.tokens.revoke(token.id + 1000, NOW)
    with store.looking() as reader:
        assert list(reader.tokens()) == [replace(token, revoked_at=NOW)]


def test_a_name_is_given_once_even_after_it_was_revoked(store: SqlStore) -> None:
    token = keep(store, A_TOKEN)
    with store.begin() as books:
        books.tokens.revoke(token.id, NOW)
    with pytest.raises(Conflict):
        keep(store, A_TOKEN)
