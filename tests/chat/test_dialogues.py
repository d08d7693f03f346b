"""Whatever is said ends on the ticket that it is about, or on one of its own: never on another one, and never twice."""

import pytest

from tests.chat.chat_desk import ChatDesk
from tests.chat.dialogue import Dialogue, Played, dialogues

ALL = dialogues()


@pytest.mark.parametrize("dialogue", ALL, ids=[one.says.replace(" ", "_") for one in ALL])
def test_each_message_of_a_dialogue_is_where_it_belongs(dialogue: Dialogue, desk: ChatDesk) -> None:
    played = Played(desk=desk)
    played.play(dialogue)
    assert played.misplaced() == []


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 30
    assert len({one.says for one in ALL}) == len(ALL)
