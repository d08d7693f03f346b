"""Files that go along with an answer: their limits, and their way to whoever sends them."""

from base64 import b64encode

import pytest

from intake.domain.attached_file import MOST_BYTES, MOST_FILES, AttachedFile
from intake.domain.channel import AddressKind, Channel
from intake.domain.deed import Reply, Resolve, Watch
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import BEN
from tests.desk.test_final_response import taken


def file(name: str = "guide.pdf", content: bytes = b"%PDF", kind: str = "application/pdf") -> AttachedFile:
    return AttachedFile(name=name, content_type=kind, content=b64encode(content).decode())


ANSWERS = [Reply(text="See there.", files=(file(), file("b.txt", b""))), Resolve(text="Done.", files=(file(),))]


@pytest.mark.parametrize("deed", ANSWERS)
def test_files_are_kept_with_the_answer_and_handed_over_with_it(staffed: AtTheDesk, deed: Reply | Resolve) -> None:
    number = taken(staffed)
    staffed.does(deed, BEN, ticket=number)
    answer = staffed.story(number).messages[-1]
    assert [kept.name for kept in answer.attachments] == [file.name for file in deed.files]
    (sent,) = [outbound for outbound in staffed.claims(Channel.EMAIL) if outbound.reply is not None]
    assert [(each.name, each.content_type, each.content) for each in sent.files] == [
        (each.name, each.content_type, b"%PDF" if each.name == "guide.pdf" else b"") for each in deed.files
    ]


def test_a_try_that_failed_brings_the_files_again(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Reply(text="See there.", files=(file(),)), BEN, ticket=number)
    staffed.fails_to_send(Channel.EMAIL, permanent=False)
    staffed.clock.advance(minutes=5)
    (sent,) = [outbound for outbound in staffed.claims(Channel.EMAIL) if outbound.reply is not None]
    assert [each.content for each in sent.files] == [b"%PDF"]


def test_who_reads_along_gets_the_files_too(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="boss@customer.example"), BEN, ticket=number)
    staffed.does(Reply(text="See there.", files=(file(),)), BEN, ticket=number)
    sent = [outbound for outbound in staffed.claims(Channel.EMAIL) if outbound.reply is not None]
    assert [[each.name for each in outbound.files] for outbound in sent] == [["guide.pdf"], ["guide.pdf"]]
    assert sent[0].files[0].content is sent[1].files[0].content, "read once"


def test_an_answer_without_files_brings_none(staffed: AtTheDesk) -> None:
    number = taken(staffed)
    staffed.does(Reply(text="No."), BEN, ticket=number)
    assert {outbound.files for outbound in staffed.claims(Channel.EMAIL)} == {()}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"content": "no base64!"}, "content must be base64"),
        ({"content": "AAA"}, "content must be base64"),
        ({"content": "AAAA\n"}, "content must be base64"),
        ({"content": "äAAA"}, "content must be base64"),
        ({"content_type": "pdf"}, "content_type must look like"),
        ({"content_type": "text/plain; charset=x"}, "content_type must look like"),
        ({"content_type": "text/plain\r\nBcc: x"}, "content_type must look like"),
        ({"name": "x" * 256}, "name has 256 characters"),
    ],
)
def test_what_is_no_file_is_refused_in_words(values: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        AttachedFile(**{"name": "a", "content": "", **values})


def test_too_many_or_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="files are 21; 20 are allowed"):
        Reply(text="x", files=(file(),) * (MOST_FILES + 1))
    half = file(content=bytes(MOST_BYTES // 2))
    assert Resolve(text="x", files=(half, half)).files
    with pytest.raises(ValueError, match="bytes together"):
        Resolve(text="x", files=(half, half, file(content=b"x")))


@pytest.mark.parametrize("size", range(8))
def test_a_size_is_that_of_the_bytes(size: int) -> None:
    assert file(content=bytes(size)).size == file(content=bytes(size)).as_attachment.size == size


def test_a_deed_does_not_show_its_files_where_it_is_printed() -> None:
    assert "JVBERg" not in repr(Reply(text="x", files=(file(),)))
