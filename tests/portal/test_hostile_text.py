"""Whatever people write, in whatever script: on the page it is text, and it stays in its place."""

import html

import httpx2
import pytest

from channels.portal.words import DONE, Done
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import Reply, Watch
from tests.desk.at_the_desk import ANN, mail
from tests.desk.staff import BEN
from tests.portal.at_the_page import AtThePage, read

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "' onfocus='alert(1)' autofocus='",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp;",
    "</div></main><h1>Your password has expired</h1>",
]


@pytest.mark.parametrize("evil", EVIL)
async def test_what_people_write_is_text_wherever_it_stands(page: AtThePage, evil: str) -> None:
    """As a subject, a text, a name, an answer, and in a form that comes back."""
    eve = Address(kind=AddressKind.EMAIL, value="eve@customer.example", name=evil)
    number = page.desk.hears(mail(evil, author=eve, subject=evil)).ticket
    assert number is not None
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=ANN.value), BEN, ticket=number)
    page.desk.does(Reply(text=evil), BEN, ticket=number)
    link = page.link(number)
    pages = [
        await page.get(link),
        await page.fills_in(link, "reply", text=evil),
        await page.post(f"{link}/reply", text=evil, once="not fit"),
        await page.post(f"{link}/dispute", text=evil),
    ]
    assert [seen.status_code for seen in pages] == [200, 200, 422, 403]
    assert [shown(seen).count(evil) for seen in pages] == [4, 5, 1, 1]
    for seen in pages:
        assert seen.text.count("<h1") == 1
        assert "<script" not in seen.text
        assert "<img" not in seen.text
        assert "' onfocus='" not in seen.text


def shown(seen: httpx2.Response) -> str:
    """What stands between and in the tags, as a browser reads it."""
    return html.unescape(seen.text)


@pytest.mark.parametrize("done", ["", "nonsense", "%3Cscript%3Ealert(1)%3C/script%3E", "Thank+you"])
async def test_a_made_up_word_of_thanks_is_never_shown(page: AtThePage, done: str) -> None:
    seen = await page.get(f"{page.link(page.opens())}?done={done}")
    assert seen.status_code == 200
    assert 'class="done"' not in seen.text


@pytest.mark.parametrize("done", Done)
async def test_every_word_of_thanks_is_ours(page: AtThePage, done: Done) -> None:
    assert DONE[done] in read(await page.get(f"{page.link(page.opens())}?done={done.value}"))


async def test_other_scripts_and_marks_of_direction_keep_to_their_own_box(page: AtThePage) -> None:
    arabic = "مرحبا \u202eevil\u202c"
    author = Address(kind=AddressKind.EMAIL, value="eve@customer.example", name="\u202eelena")
    number = page.desk.hears(mail(arabic, author=author, subject="\u202ereversed")).ticket
    assert number is not None
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=ANN.value), BEN, ticket=number)
    page.desk.does(Reply(text="Which floor?"), BEN, ticket=number)
    text = (await page.get(page.link(number))).text
    assert f'<div class="said" lang="" dir="auto">{arabic}</div>' in text
    assert "<bdi>\u202eelena</bdi>" in text
    assert '<h1 lang="" dir="auto">\u202ereversed</h1>' in text


async def test_lines_stay_lines_and_control_characters_are_gone(page: AtThePage) -> None:
    number = page.opens()
    raw = b"once=a&text=%0D%0Aone%0D%0A%0D%0A++two%0Dthree%00%1B%5B31m%C2%85%ED%A0%80%FF%09%F0%9F%96%A8"
    assert (await page.post_raw(f"{page.link(number)}/reply", raw)).status_code == 303
    seen = await page.get(page.link(number))
    assert ">one\n\n  two\nthree[31m\ufffd\ufffd\ufffd\ufffd\t\N{PRINTER}</div>" in seen.text
