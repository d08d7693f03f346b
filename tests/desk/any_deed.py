"""Who may come to the desk, and what they may do there: what sequences are made from."""

from hypothesis import strategies as st

from intake.domain import deed as d
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Deed
from intake.domain.label import Category, Kind, Label, Level
from tests.desk.at_the_desk import ANN, MALLORY
from tests.desk.staff import ADMIN, STAFF

BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")
PEOPLE = (ANN, BOB, MALLORY)
LABELS = [
    Label(kind=kind, category=category, impact=impact, urgency=Level.LOW, confidence=0.8, version="test")
    for kind, category in (
        (Kind.INCIDENT, Category.UNAVAILABLE),
        (Kind.SERVICE_REQUEST, Category.HOW_TO),
        (Kind.ENHANCEMENT, Category.CHANGE_REQUEST),
        (Kind.NONE, None),
    )
    for impact in (Level.HIGH, Level.LOW)
]
workers = st.sampled_from([ADMIN] * len(STAFF) + list(STAFF))  # so that half of what is tried is also allowed
lines = st.sampled_from(["because", "it is so", "Grüße, \N{PILE OF POO}"])
numbers = st.integers(min_value=0, max_value=6)
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.builds(d.Take),
    st.builds(d.Assign, assigned_to=st.sampled_from(["Ben", "Cleo", "Pia", "Lee"])),
    st.builds(d.Assign, assignment_group=st.sampled_from(["support", "cio", "process", "cio_leads"])),
    st.builds(d.Hold, reason=lines),
    st.builds(d.Resume),
    st.builds(d.Escalate, reason=lines, to_leads=st.booleans()),
    st.builds(d.Return, reason=lines),
    st.builds(d.Reply, text=lines, channel=st.sampled_from([None, Channel.EMAIL, Channel.SMS])),
    st.builds(d.Note, text=lines),
    st.builds(d.Resolve, text=lines),
    st.builds(d.Resolve, text=lines),
    st.builds(d.ConfirmUndeliverable, reason=lines),
    st.builds(d.Close, reason=lines),
    st.builds(d.Reopen, reason=lines),
    st.builds(d.Cancel, reason=lines),
    st.builds(d.Relabel, kind=st.sampled_from([Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT])),
    st.builds(d.Relabel, impact=st.sampled_from(Level), urgency=st.sampled_from(Level)),
    st.builds(d.LinkAddress, kind=st.just(AddressKind.PHONE), address=st.sampled_from(["+4930111111", "+4930222222"])),
    st.builds(d.UnlinkAddress, kind=st.just(AddressKind.PHONE), address=st.sampled_from(["+4930111111", "+4930222222"])),
    st.builds(d.LinkAddress, kind=st.just(AddressKind.EMAIL), address=st.sampled_from([BOB.value, MALLORY.value])),
    st.builds(d.Watch, kind=st.just(AddressKind.EMAIL), address=st.sampled_from([BOB.value, "lee@desk.example"])),
    st.builds(d.AcknowledgePage),
)
requests: st.SearchStrategy[Deed] = st.one_of(
    st.builds(d.Confirm),
    st.builds(d.Dispute, text=st.sampled_from(["", "No."])),
    st.builds(d.Reopen, reason=lines),
    st.builds(d.AnswerQuestion, kind=st.sampled_from([Kind.INCIDENT, Kind.SERVICE_REQUEST])),
)
