"""Where the desk is installed in chats, and installations that somebody has begun."""

from dataclasses import replace
from datetime import timedelta

from storage.store import SqlStore
from tests.storage.chat_examples import AN_INSTALLATION, ENTERPRISE, MINUTE, OTHER_TEAM, TEAM, install
from tests.storage.examples import LATER, NOW

OF_ALL = replace(AN_INSTALLATION, enterprise=ENTERPRISE, workspace="", name="Corp", installed_at=LATER)


def test_a_workspace_has_its_own_installation_or_that_of_its_enterprise(store: SqlStore) -> None:
    with store.begin() as books:
        own = install(books, replace(AN_INSTALLATION, enterprise=ENTERPRISE, expires_at=LATER))
        whole = install(books, OF_ALL)
        assert books.installations.of("", TEAM) == own
        assert books.installations.of(ENTERPRISE, TEAM) == own
        assert books.installations.of(ENTERPRISE, OTHER_TEAM) == whole
        assert books.installations.of(ENTERPRISE, "") == whole
        assert books.installations.of("", OTHER_TEAM) is None
        assert books.installations.of("", "") is None
        assert list(books.installations.living()) == [whole, own]


def test_one_that_is_installed_again_takes_the_place_of_the_one_before(store: SqlStore) -> None:
    with store.begin() as books:
        first = install(books)
        assert books.installations.end("", TEAM, "tokens_revoked", NOW)
    with store.begin() as books:
        install(books, replace(AN_INSTALLATION, sealed="anew", installed_at=LATER))
        again = replace(AN_INSTALLATION, id=first.id, sealed="anew", installed_at=LATER)
        assert books.installations.of("", TEAM) == again
        books.installations.save(replace(again, sealed="rotated", expires_at=LATER + MINUTE))
    with store.looking() as reader:
        assert list(reader.installations()) == [replace(again, sealed="rotated", expires_at=LATER + MINUTE)]


def test_one_that_ended_speaks_no_more_and_keeps_no_token(store: SqlStore) -> None:
    with store.begin() as books:
        own, whole = install(books), install(books, OF_ALL)
        assert books.installations.end("", TEAM, "app_uninstalled", LATER)
        assert not books.installations.end("", TEAM, "tokens_revoked", LATER)
        assert not books.installations.end("", "", "app_uninstalled", LATER)
        assert list(books.installations.living()) == [whole]
        assert books.installations.end(ENTERPRISE, "", "app_uninstalled", LATER)
        assert books.installations.of(ENTERPRISE, TEAM) is None
    with store.looking() as reader:
        assert list(reader.installations()) == [
            replace(one, sealed="", ended_at=LATER, ended_because="app_uninstalled") for one in (whole, own)
        ]


def test_what_somebody_began_can_be_finished_once_and_in_time(store: SqlStore) -> None:
    with store.begin() as books:
        books.installations.begin("one", NOW + MINUTE)
        books.installations.begin("two", NOW)
        assert not books.installations.consume("two", NOW)
        assert not books.installations.consume("three", NOW)
    with store.begin() as books:
        assert books.installations.consume("one", NOW)
        assert not books.installations.consume("one", NOW)
        books.installations.begin("four", NOW + timedelta(days=2))
        assert not books.installations.consume("two", NOW - MINUTE), "what nobody finished is forgotten"
