"""Five hundred tickets, holidays, hand-overs and two outages: all of it as an oracle says that knows only the docs."""

from tests.week.comparison import stories
from tests.week.played import Played

COMPARED = {  # topic, and how often at least
    "refused": 1_000,  # what the desk lets nobody do, and what it does
    "stands": 800,  # state, tier, team, holder, kind and priority
    "response": 800,  # state, elapsed, left and due, as worked out from the events
    "resolution": 800,
    "response as stored": 800,
    "resolution as stored": 800,
    "warnings and breaches": 300,  # when, and who is told
    "escalations": 300,  # by the clock
    "pages": 500,  # each run with its end; each page with its moment, address, and whether it left
    "acknowledgements": 300,
    "people are woken": 300,
    "storm": 3,  # when proposed and formed, who is asked and reminded
    "members of the storm": 40,
    "told of the storm": 80,
}


def test_every_clock_page_and_escalation_of_a_week_is_as_foretold(week: Played) -> None:
    found = week.comparison
    compared = found.by_topic
    assert not found.differences, f"{found}\n{stories(found.differences, week.script.happenings)}"
    assert {topic: compared[topic] for topic, least in COMPARED.items() if compared[topic] < least} == {}
    assert compared.keys() == COMPARED.keys() | {"tickets"}
