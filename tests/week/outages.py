"""Two outages: thirty reports of one that is real, twelve of one that was none."""

from collections.abc import Sequence
from random import Random

from intake.domain.label import Kind, Level
from tests.week.happening import DAY, Happening, What

MINUTE, HOUR = 60, 3600
MAIL_IS_DOWN, DOORS_ARE_SHUT, TILL_IS_OUT = "the mail is down", "the doors are shut", "the till is out"
_MAIL = (
    "Nobody in our office can send or receive mail since this morning, the outbox only says connection refused.",
    "Since this morning nobody in our office can send or receive mail, the outbox says connection refused.",
    "Nobody here in the office can send or receive mail this morning, the outbox only says connection refused!",
    "We in our office cannot send or receive mail since this morning, the outbox only says connection refused.",
)
_DOORS = (
    "The badge readers at the garage gate blink red and the barrier does not open for anybody.",
    "The badge readers at the garage gate blink red, the barrier does not open for anybody.",
    "At the garage gate the badge readers blink red and the barrier does not open for anybody.",
)


_TILL = "The till in the canteen takes no cards at lunch and prints a red slip that says host unavailable."


def outages() -> Sequence[Happening]:
    dice = Random(7)
    return [*_the_mail(dice), *_the_doors(dice), *_the_till()]


def _the_mail(dice: Random) -> Sequence[Happening]:
    """Friday morning: thirty reports within fifty minutes, one by a monitor, two people twice; resolved two hours later."""
    begin, found = 2 * DAY + 7 * HOUR + 11, []
    for number in range(30):
        person = f"reporter{number if number not in {9, 17} else number - 8}@customer.example"
        monitor = number == 2
        found.append(
            Happening(
                at=begin + number * 97,
                ticket=f"{MAIL_IS_DOWN} {number}",
                what=What.OPENED,
                by="monitor@customer.example" if monitor else person,
                kind=Kind.NONE if number % 7 == 3 else Kind.INCIDENT,
                impact=Level.MEDIUM if number in {4, 12, 13} else Level.LOW,
                urgency=Level.HIGH if number % 3 == 0 else Level.MEDIUM,
                text=dice.choice(_MAIL),
                outage=MAIL_IS_DOWN,
                from_monitor=monitor,
            )
        )
    return [
        *found,
        Happening(at=begin + 2 * 97 + 31, ticket=f"{MAIL_IS_DOWN} 1", what=What.TAKEN, by="Ben"),
        Happening(at=begin + 20 * MINUTE + 3, ticket=MAIL_IS_DOWN, what=What.STORM_CONFIRMED, by="Cleo"),
        Happening(at=begin + 22 * MINUTE + 5, ticket=MAIL_IS_DOWN, what=What.TAKEN, by="Cleo"),
        Happening(at=begin + 58 * MINUTE + 7, ticket=MAIL_IS_DOWN, what=What.UPDATED, by="Cleo", text="We restart the relay."),
        Happening(at=begin + 52 * MINUTE, ticket=f"{MAIL_IS_DOWN} 13", what=What.LEFT, by="Cleo", outage=MAIL_IS_DOWN),
        Happening(at=begin + 130 * MINUTE + 9, ticket=MAIL_IS_DOWN, what=What.FINISHED, by="Cleo", text="Mail flows again."),
        Happening(
            at=5 * DAY + 9 * HOUR + 33,
            ticket=f"{MAIL_IS_DOWN} again",
            what=What.OPENED,
            by="latecomer@customer.example",
            kind=Kind.INCIDENT,
            impact=Level.LOW,
            urgency=Level.MEDIUM,
            text=_MAIL[0],
            outage=MAIL_IS_DOWN,
        ),
    ]


def _the_doors(dice: Random) -> Sequence[Happening]:
    """Sunday night after the hour that comes twice: twelve reports in twelve minutes, and a person says that it was none."""
    begin, found = 4 * DAY + 2 * HOUR + 17, []
    for number in range(12):
        found.append(
            Happening(
                at=begin + number * 61,
                ticket=f"{DOORS_ARE_SHUT} {number}",
                what=What.OPENED,
                by=f"driver{number}@customer.example",
                kind=Kind.INCIDENT,
                impact=Level.HIGH if number in {3, 4, 7} else Level.LOW,
                urgency=Level.HIGH if number in {3, 8} else Level.MEDIUM,
                text=dice.choice(_DOORS),
                outage=DOORS_ARE_SHUT,
            )
        )
    return [
        *found,
        Happening(at=begin + 4 * 61 + 20, ticket=f"{DOORS_ARE_SHUT} 4", what=What.ACKNOWLEDGED, by="Bea"),
        Happening(at=begin + 14 * MINUTE, ticket=DOORS_ARE_SHUT, what=What.DISSOLVED, by="Bea", text="A drill."),
    ]


def _the_till() -> Sequence[Happening]:
    """Monday noon: four reports are too few to form anything, until a person says that it is one."""
    begin = 5 * DAY + 11 * HOUR + 19
    reports = [
        Happening(
            at=begin + number * 131,
            ticket=f"{TILL_IS_OUT} {number}",
            what=What.OPENED,
            by=f"eater{number}@customer.example",
            kind=Kind.INCIDENT,
            impact=Level.LOW,
            urgency=Level.HIGH if number == 3 else Level.MEDIUM,
            text=_TILL,
            outage=TILL_IS_OUT,
        )
        for number in range(4)
    ]
    return [
        *reports,
        Happening(at=begin + 15 * MINUTE, ticket=TILL_IS_OUT, what=What.STORM_CONFIRMED, by="Ben"),
        Happening(at=begin + 40 * MINUTE, ticket=TILL_IS_OUT, what=What.FINISHED, by="Ben"),
    ]
