"""A labelled history is read as exports write it, and what is wrong with it is named."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.cli.history_csv import ReadHistory, read_history
from intake.domain.correction import LONGEST_TEXT, Judgement
from intake.domain.errors import PolicyViolation
from intake.domain.label import Category, Kind, Level

EXPORTED = ("number", "short_description", "description", "category", "subcategory", "contact_type", "impact", "urgency")
VPN = {
    "number": "INC0010001",
    "short_description": "VPN drops",
    "description": "It drops every hour, for the whole team.",
    "category": "network",
    "contact_type": "email",
    "impact": "2 - Medium",
    "urgency": "1 - High",
}


def exported(*rows: Mapping[str, str], columns: Sequence[str] = EXPORTED, separator: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(text: str) -> ReadHistory:
    return read_history(text.encode())


def reasons(text: str) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read(text).bad]


def test_an_incident_as_servicenow_exports_it() -> None:
    found = read(exported(VPN))
    (matter,) = found.matters
    assert matter.name == "INC0010001"
    assert matter.judged.text == "VPN drops\nIt drops every hour, for the whole team."
    assert matter.judged.judgement == Judgement(kind=Kind.INCIDENT, category=None, impact=Level.MEDIUM, urgency=Level.HIGH)
    assert found.unused_columns == ["contact_type"]
    assert found.other_categories == {"network": 1}


@pytest.mark.parametrize(
    ("number", "task_type", "kind", "category"),
    [
        ("INC1", "", Kind.INCIDENT, None),
        ("RITM1", "", Kind.SERVICE_REQUEST, None),
        ("SCTASK1", "", Kind.SERVICE_REQUEST, None),
        ("chg1", "", Kind.ENHANCEMENT, None),
        ("X1", "Incident", Kind.INCIDENT, None),
        ("X1", "sc_request", Kind.SERVICE_REQUEST, None),
        ("X1", "Requested Item", Kind.SERVICE_REQUEST, None),
        ("X1", "Change Request", Kind.ENHANCEMENT, None),
        ("INC1", "Change Request", Kind.ENHANCEMENT, None),
        ("X1", "Defect", Kind.ENHANCEMENT, Category.DEFECT_FIX),
    ],
)
def test_a_record_is_what_its_class_says_or_how_its_number_begins(
    number: str, task_type: str, kind: Kind, category: Category | None
) -> None:
    row = {"number": number, "task_type": task_type, "short_description": "x"}
    (matter,) = read(exported(row, columns=["number", "task_type", "short_description"])).matters
    assert (matter.judged.judgement.kind, matter.judged.judgement.category) == (kind, category)


@pytest.mark.parametrize(
    ("category", "subcategory", "found"),
    [
        ("Performance / Interface", "", Category.PERFORMANCE_INTERFACE),
        ("software", "Error message", Category.ERROR_MESSAGE),
        ("slow", "Outlook", Category.PERFORMANCE_INTERFACE),
        ("How To", "", None),  # no incident
        ("hardware", "printer", None),
    ],
)
def test_a_category_counts_where_it_is_one_of_the_desks_and_fits(
    category: str, subcategory: str, found: Category | None
) -> None:
    (matter,) = read(exported({**VPN, "category": category, "subcategory": subcategory})).matters
    assert matter.judged.judgement.category is found


@pytest.mark.parametrize(
    ("said", "level"),
    [("1", 1), ("1 - High", 1), ("3 - Low", 3), ("Medium", 2), ("HIGH", 1), ("5 - Planning", 3), ("4", 3), ("", None)],
)
def test_levels_are_read_as_servicenow_writes_them(said: str, level: int | None) -> None:
    (matter,) = read(exported({**VPN, "impact": said})).matters
    assert matter.judged.judgement.impact == level


def test_columns_may_have_labels_instead_of_names_in_any_order() -> None:
    titles = ["Urgency", "Short description", "Task type", "Number"]
    (matter,) = read(exported(dict(zip(titles, ["2", "x", "Incident", "A"], strict=True)), columns=titles)).matters
    assert (matter.judged.text, matter.judged.judgement.urgency) == ("x", Level.MEDIUM)


def test_a_simple_table_of_texts_and_kinds() -> None:
    text = "text,kind,category,impact,urgency\nWhere is my order?,service request,process_question,3,3\nHello there,none,,,\n"
    one, two = read(text).matters
    assert one.judged.judgement == Judgement(
        kind=Kind.SERVICE_REQUEST, category=Category.PROCESS_QUESTION, impact=Level.LOW, urgency=Level.LOW
    )
    assert two.judged.judgement == Judgement(kind=Kind.NONE)


UMLAUTS = "text,kind\nDer Drucker röchelt – schon wieder,incident\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (UMLAUTS.encode(), "utf-8"),
        (codecs.BOM_UTF8 + UMLAUTS.encode(), "utf-8"),
        (UMLAUTS.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + UMLAUTS.encode("utf-16-be"), "utf-16"),
        (UMLAUTS.encode("utf-16-le"), "utf-16-le"),
        (UMLAUTS.encode("utf-16-be"), "utf-16-be"),
        (UMLAUTS.encode("cp1252"), "cp1252"),
    ],
)
def test_any_usual_encoding_is_read(raw: bytes, encoding: str) -> None:
    found = read_history(raw)
    assert found.matters[0].judged.text == "Der Drucker röchelt – schon wieder"
    assert found.encoding == encoding


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_any_usual_separator_is_read(separator: str, first: str) -> None:
    rows = [VPN, {**VPN, "number": "INC2", "description": 'a, b; "c"\td|e\nand a second line'}]
    found = read(first.format(separator) + exported(*rows, separator=separator))
    assert [matter.name for matter in found.matters] == ["INC0010001", "INC2"]
    assert found.matters[1].judged.text.endswith('a, b; "c"\td|e\nand a second line')


GOOD = "".join(f"Printer {number} is slow,incident,,,\n" for number in range(8))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,trouble,,,", "kind 'trouble' is none of incident, service_request, enhancement, none"),
        ("x,incident,broken,,", "category 'broken' is none of unavailable, "),
        ("x,incident,how_to,,", "category how_to belongs to service_request, and the kind is incident"),
        ("x,incident,,severe,", "impact 'severe' is none of 1, 2, 3"),
        ("x,incident,,,0", "urgency '0' is none of 1, 2, 3"),
        (" ,incident,,,", "has no text"),
        ("x,incident", "has 2 cells, and the head has 5"),
        ("x,incident,,,,,", "has 7 cells, and the head has 5"),
        ('"x"y,incident,,,', "is no CSV: "),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_others_are_read(row: str, reason: str) -> None:
    found = read(f'text,kind,category,impact,urgency\n{GOOD}"two\nlines",incident,,,\n\n{row}\n{GOOD}last,incident,,,\n')
    ((line, said),) = [(bad.line, bad.reason) for bad in found.bad]
    assert line == 13
    assert said.startswith(reason)
    assert found.matters[-1].judged.text == "last"


def test_a_record_of_another_class_is_a_bad_row() -> None:
    rows = [VPN] * 2 + [{**VPN, "number": "PRB0001"}, {**VPN, "number": "17"}]
    assert reasons(exported(*rows)) == [
        (4, "number 'PRB0001' is no incident, request or change"),
        (5, "number '17' is no incident, request or change"),
    ]


def test_the_last_of_two_rows_about_the_same_matter_counts() -> None:
    found = read(exported(VPN, {**VPN, "number": "INC2"}, {**VPN, "impact": "1 - High"}))
    assert (found.rows, found.twice, len(found.bad)) == (3, 1, 0)
    assert [(matter.name, matter.judged.judgement.impact) for matter in found.matters] == [
        ("INC2", Level.MEDIUM),
        ("INC0010001", Level.HIGH),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        ("\n\n", "It is empty"),
        ("caller,opened\nann,now\n", "Its columns are caller, opened. It needs text and kind; or, as ServiceNow exports them"),
        ("short_description,impact\nx,1\n", "It needs text and kind"),
        ("text,category\nx,how_to\n", "It needs text and kind"),
        ('text,kind\nx,incident\n"y,incident\nz,incident\n', "line 3: a quote is opened there and never closed"),
        ("text,kind\nx,no\ny,no\nz,incident\n", "2 of 3 rows cannot be read, so nothing was imported. line 2: kind 'no'"),
        ("text,kind\n" + "x,incident\n" * 50_001, "more than 50000 rows"),
    ],
)
def test_a_file_that_is_no_such_history_is_refused(text: str, says: str) -> None:
    with pytest.raises(PolicyViolation) as refusal:
        read(text)
    assert says in str(refusal.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00\xd8x", b"text,kind\n\x81\x8d,incident\n"])
def test_bytes_that_are_no_text_are_refused_with_their_place(raw: bytes) -> None:
    with pytest.raises(PolicyViolation, match=r"byte \d+ is no text in .*: save the file as UTF-8"):
        read_history(raw)


def test_texts_are_bounded_and_fit_into_a_database() -> None:
    (matter,) = read(f"text,kind\na\0b{'x' * 200_000},incident\n").matters
    assert len(matter.judged.text) == LONGEST_TEXT
    assert "\0" not in matter.judged.text


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"text,kind\n{text}".encode("utf-8", "replace")))
def test_any_bytes_are_a_history_or_refused(raw: bytes) -> None:
    try:
        found = read_history(raw)
    except PolicyViolation:
        return
    assert found.rows == len(found.matters) + len(found.bad) + found.twice


CHANGE = {"number": "CHG0030001", "short_description": "Replace the core switch", "type": "Emergency"}


@pytest.mark.parametrize("called", ["type", "class", "ticket_type"])
@pytest.mark.parametrize("number", ["CHG0030001", "RITM0030001", "INC0030001"])
def test_a_type_that_says_how_a_record_is_handled_leaves_it_to_its_number(called: str, number: str) -> None:
    (matter,) = read(
        exported({"number": number, "short_description": "Replace the switch", called: "Normal"}, columns=_with(called))
    ).matters
    kinds = {"CHG": Kind.ENHANCEMENT, "RIT": Kind.SERVICE_REQUEST, "INC": Kind.INCIDENT}
    assert matter.judged.judgement.kind is kinds[number[:3]]


@pytest.mark.parametrize("columns", [("type", "sys_class_name"), ("sys_class_name", "type")])
def test_the_class_goes_before_the_type_wherever_they_stand(columns: Sequence[str]) -> None:
    row = CHANGE | {"number": "17", "type": "Incident", "sys_class_name": "Change Request"}
    found = read(exported(row, columns=(*columns, *_with())))
    assert [matter.judged.judgement.kind for matter in found.matters] == [Kind.ENHANCEMENT]
    assert list(found.unused_columns) == ["type"]


def test_a_type_that_says_nothing_is_refused_where_the_number_says_nothing_either() -> None:
    rows = [CHANGE, CHANGE | {"number": "PRB0000001", "type": "Normal"}]
    assert reasons(exported(*rows, columns=_with("type"))) == [(3, "class 'Normal' is no incident, request or change")]


def test_a_class_that_is_none_of_ours_is_refused_whatever_the_number() -> None:
    rows = [CHANGE | {"sys_class_name": "Change Request"}, CHANGE | {"number": "CHG0030002", "sys_class_name": "Problem"}]
    table = exported(*rows, columns=_with("type", "sys_class_name"))
    assert reasons(table) == [(3, "class 'Problem' is no incident, request or change")]


def _with(*columns: str) -> Sequence[str]:
    return ("number", "short_description", *columns)
