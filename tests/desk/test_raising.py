"""A critical service, a site or somebody important raises impact, with that reason; and nobody is woken for nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.desk.policy_file.whole import parse_policy
from intake.desk.raising import Raiser
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import Relabel
from intake.domain.event import EventKind
from intake.domain.label import Category, Evidence, Label, Level, Priority
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.desk.test_policy_file import SHIPPED

NAMED = """
[[service]]
name = "ERP"
aliases = ["Manhattan", "erp-prod-01"]

[[service]]
name = "Web Shop"
impact = 2

[[site]]
name = "Gdansk"

[[site]]
name = "Porto"
impact = 2

[[vip]]
addresses = ["boss@customer.example", "@board.example"]

[[vip]]
addresses = ["owner@customer.example"]
impact = 1
"""
POLICY = parse_policy(SHIPPED + NAMED, "desk.toml")
RAISER = Raiser(policy=POLICY)
U, E, P, B, D = (
    Category.UNAVAILABLE,
    Category.ERROR_MESSAGE,
    Category.PERFORMANCE_INTERFACE,
    Category.BLOCKED_TASK,
    Category.DATA_PROBLEM,
)


def label(text: str, fault: str, category: Category = U, *, impact: int = 3, urgency: int = 2, over: str = "") -> Label:
    """As the classifier would give it: `fault` is the passage that speaks for the category, `over` one that it is over."""
    grounds = [(f"category={category.value}", fault)] + ([("urgency=3", over)] if over else [])
    return Label(
        kind=category.kind,
        category=category,
        impact=Level(impact),
        urgency=Level(urgency),
        confidence=0.9,
        evidence=tuple(
            Evidence(source="lexicon", says=says, text=words, start=text.index(words), end=text.index(words) + len(words))
            for says, words in grounds
        ),
        version="test",
    )


RAISED = [
    # text, what is wrong, category, impact before, raised to, by which word
    ("The ERP is down", "ERP is down", U, 3, 1, "ERP"),
    ("erp down!!", "erp down", U, 2, 1, "erp"),
    ("Since eight o'clock Manhattan is not reachable any more.", "is not reachable", U, 3, 1, "Manhattan"),
    ("Outage of the ERP", "Outage of", U, 3, 1, "ERP"),
    ("CRITICAL: erp-prod-01 DOWN", "erp-prod-01 DOWN", U, 2, 1, "erp-prod-01"),
    ("We cannot ship because the ERP does not respond", "ERP does not respond", U, 2, 1, "ERP"),
    ("I think the ERP is down", "ERP is down", U, 3, 1, "ERP"),
    ("The ERP is down, I cannot post my invoices", "ERP is down", U, 3, 1, "ERP"),
    ("ERP\nThe system is down since this morning", "system is down", U, 3, 1, "ERP"),
    ("Manhattan is very slow for everybody in dispatch", "is very slow", P, 2, 1, "Manhattan"),
    ("All our colleagues get an error message in the ERP", "error message", E, 2, 1, "ERP"),
    ("The ERP works not", "ERP works not", U, 3, 1, "ERP"),
    ("The web-shop is offline", "is offline", U, 3, 2, "web-shop"),
    ("Gdansk is offline", "is offline", U, 3, 1, "Gdansk"),
    ("The whole of Gdansk has no network", "no network", U, 1, 1, None),
    ("Nobody in Gdansk can print", "Nobody in Gdansk can print", B, 2, 1, "Gdansk"),
    ("Several users in Gdansk report that the time clock shows an error", "shows an error", E, 2, 1, "Gdansk"),
    ("Gdansk: time clocks\nAll time clocks show an error", "show an error", E, 2, 1, "Gdansk"),
    ("All printers in Gdansk are dead", "printers in Gdansk are dead", U, 2, 1, "Gdansk"),
    ("Porto is offline", "is offline", U, 3, 2, "Porto"),
    # a thing or a test that is told of elsewhere is not what is named
    ("All users call us on the phone, the ERP is down", "ERP is down", U, 2, 1, "ERP"),
    ("Nobody at the terminals of the night shift can reach the ERP", "can reach the ERP", U, 2, 1, "ERP"),
    ("Since the fire alarm test of this morning the ERP is down", "ERP is down", U, 3, 1, "ERP"),
    ("The ERP is down for everybody in the development department", "ERP is down", U, 2, 1, "ERP"),
    ("The ERP is down in building 3", "ERP is down", U, 3, 1, "ERP"),
    # one person stays one person
    ("I cannot log in to the ERP", "cannot log in", B, 3, 3, None),
    ("The ERP does not open on my laptop", "does not open", U, 3, 3, None),
    ("Only I have the problem: the ERP is down for me", "is down", U, 3, 3, None),
    ("The ERP is down here. My colleagues can work.", "ERP is down", U, 3, 3, None),
    ("ERP shows an error when I post an invoice", "shows an error", E, 3, 3, None),
    ("The ERP is slow", "is slow", P, 3, 3, None),
    ("User jbauer: ERP not reachable", "not reachable", U, 3, 3, None),
    ("My laptop in Gdansk is dead", "laptop in Gdansk is dead", U, 3, 3, None),
    ("The printer in Gdansk is down", "printer in Gdansk is down", U, 3, 3, None),
    ("The beamer in the meeting room in Gdansk is dead", "is dead", U, 3, 3, None),
    # named in passing
    ("The label printer does not work since the ERP migration", "printer does not work", U, 3, 3, None),
    ("The intranet is down. The ERP works fine.", "intranet is down", U, 2, 2, None),
    ("The intranet is down, the ERP works", "intranet is down", U, 2, 2, None),
    ("The switch for Lyon is down. Jo is in Gdansk today.", "switch for Lyon is down", U, 2, 2, None),
    ("The printer for ERP labels is dead", "printer for ERP labels is dead", U, 3, 3, None),
    ("The ERP test system is down", "is down", U, 3, 3, None),
    ("The sandbox of the ERP is not reachable", "is not reachable", U, 2, 2, None),
    ("All users of the training client of the ERP are locked out", "are locked out", B, 2, 2, None),
    ("The printer for ERP labels is dead for all colleagues", "printer for ERP labels is dead", U, 2, 2, None),
    ("In the ERP the tax of order 4711 is wrong", "is wrong", D, 3, 3, None),
    ("Enterprise search is down", "is down", U, 2, 2, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault", "category", "before", "after", "word"), RAISED)
def test_a_name_raises_impact_where_its_people_are_hit(
    text: str, fault: str, category: Category, before: int, after: int, word: str | None
) -> None:
    given_label = label(text, fault, category, impact=before)
    raised = RAISER.by_words(given_label, text)
    assert raised.impact == after
    reasons = [one for one in raised.evidence if one.source == "policy"]
    assert [(one.says, text[one.start : one.end], one.text) for one in reasons] == (
        [(f"impact={after}", word, word)] if word else []
    )
    assert (raised.kind, raised.category, raised.urgency) == (given_label.kind, given_label.category, given_label.urgency)


@pytest.mark.parametrize(
    ("text", "fault", "category"),
    [
        ("Please give all users access to the ERP", "give all users access", Category.USER_REQUEST),
        ("The ERP should show the incoterm", "should show", Category.CHANGE_REQUEST),
        ("When will Gdansk get the new network?", "When will", Category.PROCESS_QUESTION),
    ],
)
def test_a_wish_that_names_a_service_raises_nothing(text: str, fault: str, category: Category) -> None:
    assert RAISER.by_words(label(text, fault, category), text).impact is Level.LOW


def test_what_works_again_or_can_wait_raises_nothing() -> None:
    text = "The ERP was down, it works again"
    over = label(text, "ERP was down", urgency=3, over="works again")
    assert RAISER.by_words(over, text) is over
    assert RAISER.by_caller(over, [BOSS]) is over


def test_a_label_that_says_nothing_stays_so() -> None:
    none = Label(kind=NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="test")
    assert RAISER.by_words(none, "The ERP is down") is none
    assert RAISER.by_caller(none, [BOSS]) is none


NONE = label("x", "x").kind.NONE
BOSS = Address(kind=AddressKind.EMAIL, value="boss@customer.example", name="B. Oss")
OWNER = Address(kind=AddressKind.EMAIL, value="owner@customer.example")
WORDS = st.sampled_from(
    [
        "ERP",
        "web-shop",
        "Gdansk",
        "is down",
        "I",
        "we",
        "printer",
        "works again",
        ". ",
        ",",
        "\n",
        "since",
        "all users",
        "test",
        "İ",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(WORDS, max_size=25).map(" ".join), st.sampled_from(list(Category)), st.integers(1, 3), st.integers(1, 3), st.data()
)
def test_raising_never_lowers_and_quotes_what_it_found(
    text: str, category: Category, impact: int, urgency: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    before = label(text, text[start : start + 8], category, impact=impact, urgency=urgency)
    after = RAISER.by_caller(RAISER.by_words(before, text), [data.draw(st.sampled_from([ANN, BOSS, OWNER]))])
    assert after.impact <= before.impact
    assert after.urgency <= before.urgency
    assert (after.impact < before.impact) is (after.evidence != before.evidence)
    for ground in after.evidence[len(before.evidence) :]:
        assert ground.source == "policy"
        assert ground.start == ground.end == -1 or text[ground.start : ground.end] == ground.text


@pytest.mark.parametrize(
    ("who", "category", "urgency", "impact"),
    [
        ("boss@customer.example", U, 2, 2),
        ("BOSS@customer.example", U, 2, 2),
        ("anybody@board.example", U, 2, 2),
        ("anybody@sub.board.example", U, 2, 3),
        ("ann@customer.example", U, 2, 3),
        ("boss@customer.example", Category.USER_REQUEST, 3, 2),
        ("boss@customer.example", Category.USER_REQUEST, 1, 3),  # a P2: nobody is woken for a wish
        ("owner@customer.example", Category.USER_REQUEST, 3, 1),
        ("owner@customer.example", Category.USER_REQUEST, 2, 3),
        ("owner@customer.example", U, 2, 1),
        ("boss@customer.example", Category.CHANGE_REQUEST, 3, 3),
    ],
)
def test_somebody_important_has_that_impact_but_wakes_nobody_by_a_wish(
    who: str, category: Category, urgency: int, impact: int
) -> None:
    asked = RAISER.by_caller(label("x", "x", category, urgency=urgency), [Address(kind=AddressKind.EMAIL, value=who)])
    assert asked.impact == impact


@pytest.fixture
def named(store: SqlStore) -> AtTheDesk:
    return AtTheDesk(store=store, policy=POLICY)


def test_the_ticket_of_somebody_important_says_why_to_staff_alone(named: AtTheDesk) -> None:
    number = named.hears(mail("x", author=BOSS), label("Printer\nx", "x", U)).ticket
    story = named.story(number)
    assert (story.line.ticket.impact, story.line.ticket.priority) == (Level.MEDIUM, Priority.P3)
    labelled = next(event for event in story.events if event.kind is EventKind.LABELLED)
    assert "impact 2 (desk.toml: VIP list)" in labelled.reason
    assert ("policy", "impact=2", "VIP list") in [(one.source, one.says, one.text) for one in labelled.evidence]
    told = [one for one in story.deliveries if one.notice and one.notice.kind is NoticeKind.ACKNOWLEDGEMENT]
    assert told
    assert not any("vip" in text.lower() for one in told if one.notice for text in one.notice.fields.values())


def test_somebody_important_who_calls_is_known_by_their_mail(named: AtTheDesk) -> None:
    named.hears(mail("x", author=BOSS))
    with named.store.begin() as books:
        boss = books.contacts.at(BOSS)
        assert boss is not None
        phone = Address(kind=AddressKind.PHONE, value="+4930901820")
        books.contacts.link(phone, boss.id)
    number = named.hears(mail("x", author=phone), label("Printer\nx", "x", U)).ticket
    assert named.ticket(number).impact is Level.MEDIUM


def test_what_a_person_corrects_stays_above_it(named: AtTheDesk) -> None:
    number = named.hears(mail("x", author=BOSS), label("Printer\nx", "x", U)).ticket
    assert number is not None
    named.does(Relabel(impact=Level.LOW), "root", ticket=number)
    assert named.ticket(number).impact is Level.LOW


@pytest.mark.parametrize(
    "text",
    ["ERP transaction ME21N is not working", "The ERP report is down", "ERP GUI is down", "erp link in the portal is dead"],
)
def test_a_part_of_a_service_is_not_the_service(text: str) -> None:
    assert RAISER.by_words(label(text, text[-8:]), text).impact is not Level.HIGH


def test_what_a_site_cannot_do_without_pages_when_it_is_down() -> None:
    """Whatever urgency the words had: down is a hindrance at least, and impact 1 with urgency 2 is a P2."""
    text = "ERP is down"
    raised = RAISER.by_words(label(text, text, urgency=3), text)
    assert (raised.impact, raised.urgency <= Level.MEDIUM) == (Level.HIGH, True)


def test_a_name_said_a_thousand_times_takes_no_longer() -> None:
    text = "erp is down, " * 400
    assert RAISER.by_words(label(text, "down"), text).impact is Level.HIGH
