"""The home tab."""

from dataclasses import replace

import pytest

from channels.slack.forms.form_words import words_of
from channels.slack.home import MOST_SHOWN, AtHome, home_view
from intake.domain.deed import Take
from intake.domain.ticket import spoken
from storage.store import SqlStore
from tests.slack.block_checker import check_view
from tests.slack.forms_desk import FormsDesk, forms_desk, words_in
from tests.slack.outgoing import TICKET
from tests.slack.workspace import ANN, EVE, KIM, home_opened


@pytest.fixture
def desk(sqlite_store: SqlStore) -> FormsDesk:
    return forms_desk(sqlite_store)


async def home_of(desk: FormsDesk, person: str) -> str:
    await desk.desktop.home(home_opened(user=person))
    return words_in(desk.api.state.homes[person]["view"])


async def test_whoever_asked_nothing_sees_a_friendly_page_with_a_button(desk: FormsDesk) -> None:
    shown = await home_of(desk, EVE)
    assert "Nothing is open" in shown
    assert "New request" in shown


async def test_only_ones_own_open_requests_stand_there_the_newest_activity_first(desk: FormsDesk) -> None:
    first, second, others = desk.asked(), desk.asked("No <toner> & ink"), desk.asked("Not for Ann", by=EVE)
    desk.at.clock.advance(minutes=5)
    desk.at.does(Take(), "Kim", ticket=first.number)
    shown = await home_of(desk, ANN)
    assert shown.index(spoken(first.number)) < shown.index(spoken(second.number))
    assert "No &lt;toner&gt; &amp; ink" in shown
    assert spoken(others.number) not in shown
    assert "Kim" not in shown


async def test_whoever_works_here_sees_what_they_have_as_well(desk: FormsDesk) -> None:
    taken = desk.asked()
    desk.at.does(Take(), "Kim", ticket=taken.number)
    shown = await home_of(desk, KIM)
    assert shown.index("What you have") < shown.index(spoken(taken.number))


async def test_it_speaks_the_language_of_its_owner(desk: FormsDesk) -> None:
    desk.speaks(ANN, "de-AT")
    assert "Es ist nichts offen" in await home_of(desk, ANN)


async def test_what_slack_does_not_take_is_left(desk: FormsDesk) -> None:
    desk.api.state.refuses["views.publish"] = "hash_conflict"
    await desk.desktop.home(home_opened(user=ANN))
    assert desk.api.state.homes == {}


@pytest.mark.parametrize("language", ["en", "de"])
def test_however_much_there_is_it_fits(language: str) -> None:
    many = tuple(replace(TICKET, number=number, short_description="<&>" * 53) for number in range(MOST_SHOWN + 1))
    view = home_view(AtHome(asked=many, has=many), words_of(language))
    check_view(view)
    assert str(MOST_SHOWN) in words_in(view)
