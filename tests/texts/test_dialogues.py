"""Every text ends on the ticket that it is about, or on one of its own: never on another one."""

import pytest

from tests.texts.dialogue import Dialogue, Played, dialogues
from tests.texts.text_desk import TextDesk

ALL = dialogues()


@pytest.mark.parametrize("dialogue", ALL, ids=[one.says.replace(" ", "_") for one in ALL])
def test_each_text_of_a_dialogue_is_where_it_belongs(dialogue: Dialogue, desk: TextDesk) -> None:
    played = Played(desk=desk)
    played.play(dialogue)
    assert played.misplaced() == []


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 40
    assert len({one.says for one in ALL}) == len(ALL)
