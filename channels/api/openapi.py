"""What the API says about itself at /openapi.json: each body as its value is declared, each refusal as a problem."""

from collections.abc import Mapping
from dataclasses import fields
from http import HTTPStatus
from typing import TypeAlias

from fastapi import FastAPI

from channels.api.agreement_records import AgreementDone
from channels.api.bodies import adapter_of
from channels.api.problem import MEDIA_TYPE, Problem
from channels.api.records import Done, PublicDone
from intake.domain.attached_file import BASE64_PATTERN, LONGEST_NAME, MOST_BYTES, MOST_FILES, TYPE_PATTERN
from intake.domain.deed_shape import LONGEST_LINE, LONGEST_TEXT, Deed
from intake.domain.deeds_on_agreements import MOST_NAMES
from intake.domain.deeds_on_changes import MOST_MINUTES, MOST_SERVICES

Part: TypeAlias = dict[str, object]  # of a document
Responses: TypeAlias = dict[int | str, Part]

MOST_ITEMS: Mapping[str, int] = {"services": MOST_SERVICES, "spenders": MOST_NAMES, "product_owners": MOST_NAMES}
MINUTES = frozenset({"minutes", "lead", "more", "fewer"})
LOCAL_TIMES = frozenset({"starts", "ends"})
LOCAL_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$"

REF = "#/components/schemas/{model}"

BEARER = {"type": "http", "scheme": "bearer", "description": "`hd_…`, made with `intake token`"}


class Api(FastAPI):
    def openapi(self) -> Part:
        if not self.openapi_schema:
            document: Part = super().openapi()
            _part(_part(document, "components"), "securitySchemes")["token"] = BEARER
            document["security"] = [{"token": []}]
            _part(_part(document, "components"), "schemas").update(_by_name(Problem, Done, PublicDone, AgreementDone))
        return self.openapi_schema or {}


def problems(*codes: int) -> Responses:
    """The refusals that a route may answer with."""
    return {code: _response(HTTPStatus(code).phrase, MEDIA_TYPE, _ref("Problem")) for code in codes}


def done(code: int) -> Responses:
    """What a route answers that does something to a ticket. FastAPI would build these shapes anew for each of them, which
    takes a second at the first request."""
    shape: Part = {"anyOf": [_ref("Done"), _ref("PublicDone")]}
    kept = _response("Kept, but the desk could not do it yet", "application/json", shape)
    return {code: _response("Done", "application/json", shape), 202: kept}


def agreement_done(code: int) -> Responses:
    """As `done`, of something that is done with an agreement."""
    shape = _ref("AgreementDone")
    kept = _response("Kept, but the desk could not do it yet", "application/json", shape)
    return {code: _response("Done", "application/json", shape), 202: kept}


def _response(says: str, media_type: str, schema: Part) -> Part:
    return {"description": says, "content": {media_type: {"schema": schema}}}


def _ref(name: str) -> Part:
    return {"$ref": REF.format(model=name)}


def _by_name(*records: type[object]) -> Part:
    """Their schemas, and those of all that is in them."""
    found: Part = {}
    for record in records:
        schema = adapter_of(record).json_schema(ref_template=REF, mode="serialization")
        found |= {**schema.pop("$defs", {}), record.__name__: schema}
    return found


ALWAYS = problems(401, 403, 422, 429, 503)
OF_ONE = problems(404)
WITH_BODY = problems(413, 415)


def body_of(kind: type[object], *, without: str = "") -> Part:
    """A request's body, for `openapi_extra`; `without` a field that the path holds."""
    schema = adapter_of(kind).json_schema()
    schema.pop("description", None)
    body = _inlined(schema, _part(schema, "$defs"))
    assert isinstance(body, dict)
    if issubclass(kind, Deed):
        _bound_texts(kind, _part(body, "properties"))
        _leave_out(without, body)
    return {"requestBody": {"required": "required" in body, "content": {"application/json": {"schema": body}}}}


def _inlined(schema: object, definitions: Mapping[str, object]) -> object:
    """Without references, and without room for fields that nobody knows."""
    match schema:
        case {"$ref": str(ref)}:
            return _inlined(definitions[ref.rpartition("/")[2]], definitions)
        case dict():
            closed = {"additionalProperties": False} if schema.get("type") == "object" else {}
            return {key: _inlined(value, definitions) for key, value in schema.items() if key != "$defs"} | closed
        case list():
            return [_inlined(value, definitions) for value in schema]
        case _:
            return schema


def _bound_texts(deed: type[Deed], properties: Part) -> None:
    for field in fields(deed):
        schema = _part(properties, field.name)
        if field.name == "files":
            schema["maxItems"] = MOST_FILES
            _bound_file(_part(_part(schema, "items"), "properties"))
        elif schema.get("type") == "array":
            schema["maxItems"] = MOST_ITEMS[field.name]
            _part(schema, "items").update(minLength=1, maxLength=LONGEST_LINE)
        if schema.get("type") == "integer" and field.name in MINUTES:
            schema.update(minimum=0, maximum=MOST_MINUTES, description="Minutes")
        if field.name in LOCAL_TIMES and schema.get("format") == "date-time":
            del schema["format"]
            schema.update(pattern=LOCAL_TIME, description="Local time in `time_zone`, or a moment with its offset")
        elif schema.get("type") == "string" and "enum" not in schema and "format" not in schema:
            schema["maxLength"] = LONGEST_TEXT if field.name in deed.texts else LONGEST_LINE
            if field.name not in deed.may_be_empty:
                schema["minLength"] = 1


def _leave_out(name: str, body: Part) -> None:
    required = body.get("required")
    if name and isinstance(required, list):
        body["required"] = [field for field in required if field != name]
        _part(body, "properties").pop(name)


def _bound_file(properties: Part) -> None:
    _part(properties, "name")["maxLength"] = LONGEST_NAME
    _part(properties, "content_type").update(pattern=f"^{TYPE_PATTERN}$")
    says = f"The file's bytes; all files together at most {MOST_BYTES}"
    _part(properties, "content").update(contentEncoding="base64", pattern=f"^{BASE64_PATTERN}$", description=says)


def _part(of: Part, key: str) -> Part:
    part = of.setdefault(key, {})
    assert isinstance(part, dict)
    return part
