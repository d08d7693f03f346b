"""Filling in a form as a client does: only what stands in the view can be filled in, and what stands there already is sent
along."""

from collections.abc import Mapping, Sequence

Value = str | int | bool | Sequence[Mapping[str, object]]


def filled_in(view: Mapping[str, object], values: Mapping[str, Value]) -> Mapping[str, object]:
    """`state.values` of the view: block -> element -> value. `values` by the fields' names (what stands before the `/`)."""
    state: dict[str, object] = {}
    left = dict(values)
    for block in _listed(view["blocks"]):
        if block.get("type") != "input":
            continue
        name = str(block["block_id"]).partition("/")[0]
        element = block["element"]
        assert isinstance(element, Mapping)
        value = left.pop(name, None)
        held = _held(element) if value is None else _typed(element, value)
        assert block.get("optional") or _is_something(held), f"a client does not send it off without {name}"
        state[str(block["block_id"])] = {str(element["action_id"]): held}
    assert not left, f"the form has no {', '.join(left)}"
    return state


def _typed(element: Mapping[str, object], value: Value) -> Mapping[str, object]:
    kind = str(element["type"])
    if kind == "plain_text_input":
        assert len(str(value)) <= int(str(element["max_length"])), "a client takes no more"
        return {"type": kind, "value": value or None}
    if kind == "static_select":
        return {"type": kind, "selected_option": next(one for one in _options(element) if one["value"] == value)}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": _options(element) if value else []}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": value}
    assert kind == "file_input"
    return {"type": kind, "files": value}


def _held(element: Mapping[str, object]) -> Mapping[str, object]:
    """What stood there when it was opened."""
    return {
        "type": element["type"],
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options", []),
        "selected_date_time": element.get("initial_date_time"),
    }


def _is_something(held: Mapping[str, object]) -> bool:
    return any(value for name, value in held.items() if name != "type")


def _options(element: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    if "options" in element:
        return _listed(element["options"])
    return [one for group in _listed(element["option_groups"]) for one in _listed(group["options"])]


def _listed(value: object) -> Sequence[Mapping[str, object]]:
    assert isinstance(value, list | tuple)
    return value
