"""Is this what Slack takes? By the vendor's own classes, and by the limits that slackblocks lists."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from slack_sdk.models.blocks import Block
from slackblocks import _limits as limits

MOST_CHARACTERS = 12_000  # in all: a little more fails with msg_blocks_too_long
_LONGEST_TEXT = 40_000

# (type, where) -> how many characters, at most
_LENGTHS: Mapping[tuple[str, str], int] = {
    ("section", "text"): limits.SECTION_TEXT_MAX_LENGTH,
    ("header", "text"): limits.HEADER_TEXT_MAX_LENGTH,
    ("button", "text"): limits.BUTTON_TEXT_MAX_LENGTH,
    ("button", "value"): limits.BUTTON_VALUE_MAX_LENGTH,
    ("button", "url"): limits.BUTTON_URL_MAX_LENGTH,
    ("static_select", "placeholder"): limits.SELECT_PLACEHOLDER_MAX_LENGTH,
    ("external_select", "placeholder"): limits.SELECT_PLACEHOLDER_MAX_LENGTH,
    ("multi_static_select", "placeholder"): limits.SELECT_PLACEHOLDER_MAX_LENGTH,
    ("plain_text_input", "placeholder"): limits.PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH,
    ("plain_text_input", "initial_value"): limits.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX,
    ("input", "label"): limits.INPUT_LABEL_MAX_LENGTH,
    ("input", "hint"): limits.INPUT_HINT_MAX_LENGTH,
    ("option", "text"): limits.OPTION_TEXT_MAX_LENGTH,
    ("option", "value"): limits.OPTION_VALUE_MAX_LENGTH,
    ("option", "description"): limits.OPTION_DESCRIPTION_MAX_LENGTH,
    ("option_group", "label"): limits.OPTION_GROUP_LABEL_MAX_LENGTH,
    ("confirm", "title"): limits.CONFIRMATION_TITLE_MAX_LENGTH,
    ("confirm", "text"): limits.CONFIRMATION_TEXT_MAX_LENGTH,
    ("confirm", "confirm"): limits.CONFIRMATION_CONFIRM_MAX_LENGTH,
    ("confirm", "deny"): limits.CONFIRMATION_DENY_MAX_LENGTH,
    ("modal", "title"): limits.VIEW_TITLE_MAX_LENGTH,
    ("modal", "submit"): limits.VIEW_SUBMIT_MAX_LENGTH,
    ("modal", "close"): limits.VIEW_CLOSE_MAX_LENGTH,
    **{(view, "private_metadata"): limits.VIEW_PRIVATE_METADATA_MAX_LENGTH for view in ("modal", "home")},
    **{(view, "callback_id"): limits.VIEW_CALLBACK_ID_MAX_LENGTH for view in ("modal", "home")},
    **{(view, "external_id"): limits.VIEW_EXTERNAL_ID_MAX_LENGTH for view in ("modal", "home")},
}
# (type, where) -> how many there may be, at most; at least one
_COUNTS: Mapping[tuple[str, str], int] = {
    ("section", "fields"): limits.SECTION_FIELDS_MAX_ITEMS,
    ("context", "elements"): limits.CONTEXT_ELEMENTS_MAX_ITEMS,
    ("actions", "elements"): limits.ACTIONS_ELEMENTS_MAX_ITEMS,
    ("static_select", "options"): limits.SELECT_OPTIONS_MAX_ITEMS,
    ("static_select", "option_groups"): limits.SELECT_OPTION_GROUPS_MAX_ITEMS,
    ("multi_static_select", "options"): limits.SELECT_OPTIONS_MAX_ITEMS,
    ("option_group", "options"): limits.OPTION_GROUP_OPTIONS_MAX_ITEMS,
    ("overflow", "options"): limits.OVERFLOW_OPTIONS_MAX_ITEMS,
    ("radio_buttons", "options"): limits.RADIO_BUTTONS_OPTIONS_MAX_ITEMS,
    ("checkboxes", "options"): limits.CHECKBOXES_OPTIONS_MAX_ITEMS,
    ("modal", "blocks"): limits.VIEW_BLOCKS_MAX_ITEMS,
    ("home", "blocks"): limits.VIEW_BLOCKS_MAX_ITEMS,
}
_PLAIN = {
    ("header", "text"),
    ("button", "text"),
    ("input", "label"),
    ("static_select", "placeholder"),
    ("plain_text_input", "placeholder"),
    ("confirm", "title"),
    ("modal", "title"),
    ("modal", "submit"),
    ("modal", "close"),
}
_STYLES = {"primary", "danger"}


def check_message(text: object, blocks: object) -> None:
    """Raises AssertionError with what is wrong."""
    assert isinstance(text, str), "no text beside the blocks"
    assert text.strip(), "an empty text beside the blocks"
    assert len(text) <= _LONGEST_TEXT
    if blocks is not None:
        check_blocks(blocks, limits.MESSAGE_BLOCKS_MAX_ITEMS)


def check_view(view: object) -> None:
    assert isinstance(view, Mapping)
    assert view.get("type") in {"modal", "home"}, f"no view: {view.get('type')}"
    if view["type"] == "modal":
        assert "title" in view, "a modal without a title"
        inputs = [block for block in _listed(view.get("blocks")) if isinstance(block, Mapping) and block.get("type") == "input"]
        assert not inputs or "submit" in view, "inputs that cannot be sent off"
    _check_one(view, str(view["type"]))
    check_blocks(view.get("blocks"), limits.VIEW_BLOCKS_MAX_ITEMS)


def check_blocks(blocks: object, most: int = limits.MESSAGE_BLOCKS_MAX_ITEMS) -> None:
    listed = _listed(blocks)
    assert 0 < len(listed) <= most, f"{len(listed)} blocks"
    parsed = Block.parse_all([dict(block) for block in listed if isinstance(block, Mapping)])
    assert len(parsed) == len(listed)
    for block in parsed:
        assert block is not None, "a block that the vendor does not know"
        block.validate_json()
    for part, kind in _parts(listed, "block"):
        _check_one(part, kind)
    _check_names(listed)
    size = sum(len(str(part["text"])) for part, kind in _parts(listed, "block") if kind in {"plain_text", "mrkdwn"})
    assert size <= MOST_CHARACTERS, f"{size} characters in all"


def texts_of(value: object) -> list[str]:
    """Every text that somebody could read there."""
    return [str(part["text"]) for part, kind in _parts(value, "block") if kind in {"plain_text", "mrkdwn"}]


def _check_one(part: Mapping[str, object], kind: str) -> None:
    for (of, where), most in _LENGTHS.items():
        if of == kind and where in part:
            said = _said(part[where])
            assert len(said) <= most, f"{kind}.{where} has {len(said)} characters"
            assert said or (of, where) in {("modal", "private_metadata"), ("home", "private_metadata")}, (
                f"{kind}.{where} is empty"
            )
    for (of, where), most in _COUNTS.items():
        if of == kind and where in part:
            assert 0 < len(_listed(part[where])) <= most, f"{kind}.{where} has {len(_listed(part[where]))}"
    for of, where in _PLAIN:
        value = part.get(where) if of == kind else None
        assert value is None or (isinstance(value, Mapping) and value.get("type") == "plain_text"), (
            f"{kind}.{where} is no plain text"
        )
    for name in ("action_id", "block_id"):
        assert len(str(part.get(name, ""))) <= limits.ACTION_ID_MAX_LENGTH
    if kind == "section":
        assert "text" in part or "fields" in part, "an empty section"
        for one in _listed(part.get("fields", [])):
            assert 0 < len(_said(one)) <= limits.SECTION_FIELDS_ITEM_MAX_LENGTH
    if kind == "button":
        assert part.get("style", "primary") in _STYLES, f"style {part.get('style')}"
    if kind in {"plain_text", "mrkdwn"}:
        assert str(part["text"]).strip(), "an empty text"
        assert len(str(part["text"])) <= limits.TEXT_MAX_LENGTH


def _check_names(blocks: Sequence[object]) -> None:
    """In one message no two blocks have one name, and no two actions."""
    for name in ("block_id", "action_id"):
        said = Counter(str(part[name]) for part, _ in _parts(blocks, "block") if name in part)
        twice = [one for one, count in said.items() if count > 1]
        assert not twice, f"{name} twice: {twice}"


def _parts(value: object, name: str) -> Iterator[tuple[Mapping[str, object], str]]:
    """Every object with the type that it says it is; an option, and what asks whether one is sure, by where they stand."""
    if isinstance(value, Mapping):
        kind = {"options": "option", "initial_option": "option", "confirm": "confirm", "option_groups": "option_group"}.get(
            name
        )
        yield value, kind or str(value.get("type", ""))
        for key, inner in value.items():
            is_confirm_button = name == "confirm" and key == "confirm"
            yield from _parts(inner, "text" if is_confirm_button else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _parts(one, name)


def _said(value: object) -> str:
    return str(value.get("text", "")) if isinstance(value, Mapping) else str(value)


def _listed(value: object) -> Sequence[object]:
    assert isinstance(value, Sequence), f"no list: {value!r}"
    assert not isinstance(value, str)
    return value
