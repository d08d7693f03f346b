"""Who else might come by the link of a change, when, and how often: nothing is decided, and nothing leaks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from intake.desk.keys import KeyRing, Purpose
from intake.desk.signed_names import change_key, page_key, portal_key
from intake.domain import deed as d
from intake.domain.change import Risk, Stage
from intake.domain.errors import StoreUnavailable
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.desk.at_the_desk import KEYS
from tests.portal.a_change_to_decide import ACME, CIO, OWNER, PROCESS, ChangePages, asked, link, pages
from tests.portal.at_the_page import read
from tests.portal.test_links import KEPT


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[ChangePages]:
    async with pages(store) as at_the_page:
        yield at_the_page


async def test_a_link_of_an_earlier_round_decides_nothing_any_more(page: ChangePages) -> None:
    number = asked(page)
    old = link(page, number)
    await page.post(f"{link(page, number, PROCESS)}/rework", text="Which reports?")
    assert "Lou sent it back to be assessed anew." in read(await page.get(old))
    page.desk.clock.advance(minutes=5)
    page.desk.must(d.RequestApproval(), number, "Cleo")
    seen = await page.get(old)
    assert "The newest letter has the link that counts." in read(seen)
    assert (await page.post(f"{old}/approve")).status_code == 409
    assert page.desk.change(number).cio_approved_by == ""
    assert (await page.post(f"{link(page, number)}/approve")).status_code == 303
    assert page.desk.change(number).cio_approved_by == "Lee"


async def test_whoever_moved_away_decides_nothing(page: ChangePages) -> None:
    number = asked(page)
    policy = page.desk.policy
    lee = policy.agents["Lee"]
    for agents in (
        {name: agent for name, agent in policy.agents.items() if name != "Lee"},
        {**policy.agents, "Lee": replace(lee, mail="lee@new.example")},
    ):
        page.desk.policy = replace(policy, agents=agents)
        moved = ChangePages(page.desk)
        assert (await moved.get(link(page, number))).status_code == 404
        assert (await moved.post(f"{link(page, number)}/approve")).status_code == 404
    page.desk.policy = replace(policy, agents={**policy.agents, "Lee": replace(lee, teams=frozenset({"support"}))})
    elsewhere = ChangePages(page.desk)
    assert "Lee does not approve for CIO" in read(await elsewhere.get(link(page, number)))
    assert (await elsewhere.post(f"{link(page, number)}/approve")).status_code == 409
    assert page.desk.change(number).cio_approved_by == ""


async def test_one_kind_of_page_takes_no_forms_of_the_other(page: ChangePages) -> None:
    number = asked(page)
    for address, verbs in ((CIO, ("consent", "decline", "add")), (OWNER, ("approve", "reject", "rework"))):
        for verb in verbs:
            assert (await page.post(f"{link(page, number, address)}/{verb}", text="x")).status_code == 404
    assert (await page.post(f"{link(page, number)}/close")).status_code == 404
    assert (page.arrivals, page.desk.change_story(number).decisions) == ([], ())


async def test_no_other_link_opens_it_and_its_link_opens_nothing_else(page: ChangePages) -> None:
    number = asked(page)
    story = page.desk.story(number)
    (ours, *_) = [one.id for one in story.deliveries if one.address == CIO]
    others = [one.id for one in story.deliveries if one.notice is None or one.notice.kind is not NoticeKind.APPROVAL_WANTED]
    others = [one for one in others if one not in {d.id for d in page.desk.told(NoticeKind.CONSENT_WANTED)}]
    keys = [change_key(KEYS, one) for one in (*others, 999_999)]
    keys += [f"{ours}.{KEYS.sign(purpose, str(ours))}" for purpose in Purpose if purpose is not Purpose.CHANGE]
    keys += [change_key(KeyRing([b"a key that this desk never had"]), ours), "1.aaaaaaaaaaaaaaaa", page_key(KEYS, ours)]
    for key in keys:
        for answer in (await page.get(f"/c/{key}"), await page.post(f"/c/{key}/approve")):
            assert (answer.status_code, "This link opens nothing" in read(answer)) == (404, True)
    for door in ("t", "p"):
        assert (await page.get(f"/{door}/{change_key(KEYS, ours)}")).status_code == 404
    assert (await page.get(f"/t/{portal_key(KEYS, ours)}")).status_code == 404
    assert page.arrivals == []


async def test_an_old_link_says_so(page: ChangePages) -> None:
    number = asked(page)
    page.desk.clock.now += page.desk.policy.portal_links_last + timedelta(minutes=1)
    answer = await page.post(f"{link(page, number)}/reject", text="Typed with care.")
    assert (answer.status_code, "Typed with care." in read(answer)) == (410, True)


async def test_every_answer_keeps_the_page_to_itself_and_brings_no_script(page: ChangePages) -> None:
    number = asked(page)
    own = link(page, number)
    answers = [
        await page.get(own),
        await page.get(link(page, number, OWNER)),
        await page.get("/c/1.aaaaaaaaaaaaaaaa"),
        await page.get("/c/a/b/c"),
        await page.request("DELETE", own),
        await page.post_raw(f"{own}/approve", b"{}", "application/json"),
        await page.post_raw(f"{own}/approve", b"x" * 700_000),
        await page.post(f"{own}/reject", text=""),
        await page.post(f"{own}/approve"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 405, 415, 413, 422, 303]
    for answer in answers:
        assert {name: answer.headers[name] for name in KEPT} == KEPT
        assert "<script" not in answer.text
    (href,) = [part.split('"')[0] for part in answers[0].text.split('<link rel="stylesheet" href="')[1:]]
    assert (await page.get(str(answers[0].url.join(href)))).status_code == 200


async def test_what_was_typed_is_kept_where_the_store_is_away_and_nothing_leaks(page: ChangePages) -> None:
    number = asked(page)
    page.away = True
    answer = await page.post(f"{link(page, number)}/reject", text="Not before the audit.")
    assert (answer.status_code, "Not before the audit." in answer.text) == (503, True)
    assert answer.headers["retry-after"]
    assert "/var/lib" not in answer.text
    page.away, page.blind = False, StoreUnavailable("locked by /var/lib")
    blind = await page.post(f"{link(page, number)}/reject", text="Not before the audit.")
    assert (blind.status_code, "/var/lib" in blind.text, "Not before the audit." in blind.text) == (503, False, True)
    page.blind = RuntimeError("boom")
    assert ((await page.get(link(page, number))).status_code, page.arrivals) == (500, [])


async def test_presses_without_end_are_refused(page: ChangePages) -> None:
    number = asked(page)
    answers = [(await page.post(f"{link(page, number)}/reject", text=" ")).status_code for _ in range(31)]
    assert (answers[:30], answers[30]) == ([422] * 30, 429)


async def test_what_a_stranger_wrote_is_shown_and_never_run(page: ChangePages) -> None:
    evil = "<script>alert(1)</script> {{ page.number }} <img src=x onerror=y>"
    number = page.desk.opens(text=evil, subject=evil)
    for deed in (
        d.PlanChange(risk=Risk.LOW, services=(evil,), backout_plan=evil, implementation_plan=evil),
        d.SubmitChange(),
        d.EstimateChange(agreement=ACME, minutes=60),
        d.AddTask(title=evil),
    ):
        page.desk.must(deed, number, "Cora")
    page.desk.must(d.RequestApproval(), number, "Cleo")
    for address in (CIO, OWNER):
        text = (await page.get(link(page, number, address))).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "{{ page.number }}" in text


@pytest.mark.parametrize("verb", ["approve", "reject", "rework"])
async def test_what_was_read_is_what_is_decided_on(page: ChangePages, verb: str) -> None:
    """Between the page's look and the desk's the change is sent back, planned anew, and asked for again."""
    number = asked(page)

    def asked_anew() -> None:
        page.desk.must(d.ReworkChange(reason="more of it"), number, "Lou")
        page.desk.must(d.PlanChange(risk=Risk.HIGH), number, "Cora")
        page.desk.clock.advance(minutes=1)
        page.desk.must(d.RequestApproval(), number, "Cleo")

    page.meanwhile = asked_anew
    answer = await page.post(f"{link(page, number)}/{verb}", text="As it was this morning.")
    seen = read(answer)
    assert (answer.status_code, "is in round 2 of its approval, and this was for round 1: look at it again" in seen) == (
        409,
        True,
    )
    assert "As it was this morning." in seen
    change = page.desk.change(number)
    assert (change.stage, change.round, change.cio_approved_by) == (Stage.APPROVAL, 2, "")


async def test_a_second_press_of_the_same_button_is_answered_as_the_first(page: ChangePages) -> None:
    for verb in ("approve", "reject", "rework"):
        number = asked(page)
        answers = [await page.post(f"{link(page, number)}/{verb}", text="As said.") for _ in range(2)]
        assert [answer.headers.get("location") for answer in answers] == [f"../{link(page, number)[3:]}?done=decided"] * 2
        assert len(page.desk.change_story(number).decisions) == 1
        other = await page.post(f"{link(page, number)}/{verb}", text="Otherwise.")
        assert (other.status_code, "Otherwise." in read(other)) == (409, True)


async def test_nobody_is_thanked_for_a_decision_that_there_is_not(page: ChangePages) -> None:
    number = asked(page)
    assert "Your decision counts" not in read(await page.get(f"{link(page, number)}?done=decided"))
    await page.post(f"{link(page, number)}/approve")
    assert "Your decision counts" in read(await page.get(f"{link(page, number)}?done=decided"))


async def test_a_decision_that_the_desk_fails_on_is_not_said_to_count(page: ChangePages) -> None:
    number = asked(page)
    page.quarantines = True
    answer = await page.post(f"{link(page, number)}/approve")
    seen = read(await page.get(str(answer.url.join(answer.headers["location"]))))
    assert "it does not count yet" in seen
    assert "Your decision counts" not in seen
