"""Honest answers find their ticket by themselves, whoever of those who take part sends them, and however."""

from collections import Counter
from pathlib import Path

from benchmarks.honest_mail import UNKNOWABLE, WAYS, OneDesk, humans, outcomes

MAILS = Path(__file__).parents[1] / "email" / "golden"


def test_every_honest_way_to_answer_is_appended_where_the_mail_is_proven(tmp_path: Path) -> None:
    desk = OneDesk(tmp_path)
    counted = Counter(one for place, raw in enumerate(humans(MAILS)) for one in outcomes(desk, raw, place))
    mails = counted[next(iter(WAYS)), True, "appended"]
    assert mails >= 3
    assert {way: counted[way, True, "appended"] for way in WAYS} == dict.fromkeys(WAYS, mails)
    assert {way: counted[way, True, "held"] for way in UNKNOWABLE} == dict.fromkeys(UNKNOWABLE, mails)
    assert not [word for _, _, word in counted if word not in {"appended", "held"}]
