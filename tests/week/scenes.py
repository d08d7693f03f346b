"""Scenes that chance would hardly play, one ticket each."""

from collections.abc import Sequence

from intake.domain.label import Kind, Level
from tests.week.happening import DAY, Happening, Second, What

MINUTE, HOUR = 60, 3600
ANN = "ann@customer.example"
H, M, L = Level.HIGH, Level.MEDIUM, Level.LOW


def scenes() -> Sequence[Happening]:
    return [
        *nobody_answers_a_p1_at_the_weekend(),
        *somebody_who_cannot_be_reached_is_on_call(),
        *a_response_is_overdue_when_its_answer_comes_back(),
        *a_hold_through_the_hour_that_comes_twice(),
        *a_p4_on_hold_becomes_a_p1_that_is_long_overdue(),
        *whoever_has_it_takes_it_again_to_end_the_pages(),
        *pages_that_the_relay_kept_are_withdrawn(),
        *a_request_at_night_waits_for_the_morning(),
        *a_p2_becomes_a_p1_after_its_page_was_answered(),
        *down_and_up_again(),
        *a_hold_answers_the_page(),
        *hands_change_in_the_hour_that_comes_twice(),
        *overdue_while_the_final_response_is_on_its_way(),
    ]


def opened(name: str, at: Second, kind: Kind, impact: Level, urgency: Level) -> Happening:
    text = f"Concerning {name} alone, and nothing else that anybody ever wrote: {' '.join(name[::-1].split())}."
    return Happening(at=at, ticket=name, what=What.OPENED, by=ANN, kind=kind, impact=impact, urgency=urgency, text=text)


def nobody_answers_a_p1_at_the_weekend() -> Sequence[Happening]:
    name, at = "weekend", 3 * DAY + 17 * HOUR + 1
    return [
        opened(name, at, Kind.INCIDENT, H, H),
        Happening(at=at + 5 * HOUR, ticket=name, what=What.ACKNOWLEDGED, by="Lee"),
    ]


def somebody_who_cannot_be_reached_is_on_call() -> Sequence[Happening]:
    return [
        opened("unreachable", DAY + 20 * HOUR + 2, Kind.ENHANCEMENT, H, M),
        opened("gap", DAY + 21 * HOUR + 3, Kind.INCIDENT, H, M),
    ]


def a_response_is_overdue_when_its_answer_comes_back() -> Sequence[Happening]:
    name, at = "back", 6 * HOUR + 4
    return [
        opened(name, at, Kind.INCIDENT, H, M),
        Happening(at=at + 30 * MINUTE, ticket=name, what=What.ANSWERED, by="Ben"),
        Happening(at=at + 95 * MINUTE, ticket=name, what=What.CAME_BACK),
        Happening(at=at + 100 * MINUTE, ticket=name, what=What.ANSWERED, by="Cleo"),
    ]


def a_hold_through_the_hour_that_comes_twice() -> Sequence[Happening]:
    name, at = "twice", 3 * DAY + 12 * HOUR + 5
    return [
        opened(name, at, Kind.INCIDENT, L, H),
        Happening(at=at + MINUTE, ticket=name, what=What.ANSWERED, by="Ben"),
        Happening(at=4 * DAY + 10 * MINUTE + 5, ticket=name, what=What.HELD, by="Ben", until=4 * DAY + 75 * MINUTE + 6),
    ]


def a_p4_on_hold_becomes_a_p1_that_is_long_overdue() -> Sequence[Happening]:
    name, at = "swap", 2 * DAY + 8 * HOUR + 7
    return [
        opened(name, at, Kind.INCIDENT, L, L),
        Happening(at=at + 20 * MINUTE, ticket=name, what=What.TAKEN, by="Bea"),
        Happening(at=at + 5 * HOUR, ticket=name, what=What.ANSWERED, by="Bea"),
        Happening(at=at + 6 * HOUR, ticket=name, what=What.HELD, by="Bea"),
        Happening(at=at + 7 * HOUR, ticket=name, what=What.RELABELLED, by="Bea", impact=H, urgency=H),
        Happening(at=at + 8 * HOUR, ticket=name, what=What.RELABELLED, by="Bea", impact=L, urgency=L),
        Happening(at=at + 9 * HOUR, ticket=name, what=What.RELABELLED, by="Bea", impact=H, urgency=H),
    ]


def whoever_has_it_takes_it_again_to_end_the_pages() -> Sequence[Happening]:
    name, at = "mine", 7 * HOUR + 8
    return [
        opened(name, at, Kind.INCIDENT, L, L),
        Happening(at=at + 5 * MINUTE, ticket=name, what=What.TAKEN, by="Ben"),
        Happening(at=at + 10 * MINUTE, ticket=name, what=What.RELABELLED, by="Bea", impact=H, urgency=M),
        Happening(at=at + 14 * MINUTE, ticket=name, what=What.TAKEN, by="Ben"),
        Happening(at=at + 70 * MINUTE, ticket=name, what=What.FINISHED, by="Ben"),
    ]


def pages_that_the_relay_kept_are_withdrawn() -> Sequence[Happening]:
    name, at = "withdrawn", DAY + 8 * HOUR + 2 * MINUTE + 9
    return [
        opened(name, at, Kind.INCIDENT, H, H),
        Happening(at=at + 9 * MINUTE, ticket=name, what=What.ACKNOWLEDGED, by="Ben"),
        Happening(at=at + 12 * MINUTE, ticket=name, what=What.ANSWERED, by="Ben"),
    ]


def a_request_at_night_waits_for_the_morning() -> Sequence[Happening]:
    return [
        opened("night", 21 * HOUR + 10, Kind.SERVICE_REQUEST, M, M),
        opened("lunch", 5 * DAY + 11 * HOUR + 20 * MINUTE + 11, Kind.SERVICE_REQUEST, M, M),
        Happening(at=5 * DAY + 13 * HOUR, ticket="lunch", what=What.RELABELLED, by="Pia", impact=H, urgency=H),
    ]


def a_p2_becomes_a_p1_after_its_page_was_answered() -> Sequence[Happening]:
    name, at = "worse", 9 * HOUR + 12
    return [
        opened(name, at, Kind.INCIDENT, H, M),
        Happening(at=at + 4 * MINUTE, ticket=name, what=What.ACKNOWLEDGED, by="Ben"),
        Happening(at=at + 10 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", impact=H, urgency=H),
        Happening(at=at + 12 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", impact=H, urgency=M),
        Happening(at=at + 16 * MINUTE, ticket=name, what=What.ANSWERED, by="Ben"),
        Happening(at=at + 17 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", kind=Kind.SERVICE_REQUEST),
    ]


def down_and_up_again() -> Sequence[Happening]:
    name, at = "up", 10 * HOUR + 13
    return [
        opened(name, at, Kind.INCIDENT, H, H),
        Happening(at=at + 4 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", impact=L, urgency=M),
        Happening(at=at + 9 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", impact=H, urgency=M),
        Happening(at=at + 11 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", kind=Kind.SERVICE_REQUEST),
        Happening(at=at + 180 * MINUTE, ticket=name, what=What.RELABELLED, by="Ben", impact=H, urgency=H),
    ]


def hands_change_in_the_hour_that_comes_twice() -> Sequence[Happening]:
    """The first half past two counts: whoever is on call from then on is paged between the two."""
    return [opened("half past two", 4 * DAY + 40 * MINUTE + 17, Kind.INCIDENT, H, H)]


def a_hold_answers_the_page() -> Sequence[Happening]:
    name, at = "held", 12 * HOUR + 15
    return [
        opened(name, at, Kind.NONE, H, M),
        Happening(at=at + 10 * MINUTE, ticket=name, what=What.HELD, by="Ben"),
    ]


def overdue_while_the_final_response_is_on_its_way() -> Sequence[Happening]:
    name, at = "on its way", 11 * HOUR + 14
    return [
        opened(name, at, Kind.INCIDENT, H, H),
        Happening(at=at + 10 * MINUTE, ticket=name, what=What.ANSWERED, by="Ben"),
        Happening(at=at + 236 * MINUTE, ticket=name, what=What.FINISHED, by="Ben"),
    ]
