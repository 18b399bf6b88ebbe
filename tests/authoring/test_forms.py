"""The editor and the pack are two doors to one thing: what a pack says comes out of the form unchanged."""

import tomllib
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from lms import grading
from lms.authoring.forms.questions import FORMS, rearranged, sent, shown

ROOT = Path(__file__).resolve().parents[2]
PACKED = [
    question
    for path in sorted((ROOT / "content" / "courses").glob("*/questions/*.toml"))
    for question in tomllib.loads(path.read_text())["question"]
]


def as_sent(form) -> MultiDict[str, str]:
    """What a browser sends of a form: each field by its value, boxes only when ticked."""
    pairs = []
    for field in _fields(form):
        if field.type == "BooleanField":
            pairs += [(field.name, "y")] if field.data else []
        elif field.type == "SelectMultipleField":
            pairs += [(field.name, str(value)) for value in field.data or []]
        elif field.type == "RadioField":
            pairs += [(field.name, field.data)] if field.data else []
        else:
            pairs.append((field.name, "" if field.data is None else str(field.data)))
    return MultiDict(pairs)


def _fields(form):
    for field in form:
        if field.type == "FieldList":
            for part in field:
                yield from _fields(part.form)
        else:
            yield field


def normal(question: dict) -> dict:
    """A pack's entry without what the editor does not type, and with what a pack may leave out."""
    left_out = {"key", "checked", "checker"}
    found = {name: value for name, value in question.items() if name not in left_out and value not in ("", [], None)}
    found["spec"] = grading.spec_from_source(question, question["key"])
    for name in (
        "options",
        "answers",
        "pairs",
        "items",
        "distractors",
        "scoring",
        "shuffle",
        "case",
        "diacritics",
        "unit",
        "answer",
    ):
        found.pop(name, None)
    return found


def test_every_packed_question_passes_through_the_editor_unchanged(app):
    with app.test_request_context():
        for question in PACKED:
            kind = question["kind"]
            form = sent(kind, as_sent(shown(question, 0)))
            assert normal({"key": question["key"]} | form.entry(kind)) == normal(question), question["key"]


def test_rows_move_grow_and_go_where_they_stand(app):
    with app.test_request_context():
        entry = {"kind": "ordering", "items": [{"text": "Tiếp nhận"}, {"text": "Thẩm định"}, {"text": "Trả"}]}
        form = sent("ordering", as_sent(shown(entry, 0)))
        texts = lambda act: [part.form.text.data or "" for part in rearranged(form, "ordering", act, 0)["items"]]  # noqa: E731
        assert texts("down-0") == ["Thẩm định", "Tiếp nhận", "Trả"]
        assert texts("up-0") == ["Tiếp nhận", "Thẩm định", "Trả"]
        assert texts("drop-1") == ["Tiếp nhận", "Trả"]
        assert texts("add") == ["Tiếp nhận", "Thẩm định", "Trả", ""]


def test_the_key_moves_with_its_option(app):
    with app.test_request_context():
        entry = {"kind": "single", "options": [{"text": "A"}, {"text": "B", "correct": True}]}
        moved = rearranged(sent("single", as_sent(shown(entry, 0))), "single", "up-1", 0)
        assert [(o["text"], bool(o.get("correct"))) for o in moved.entry("single")["options"]] == [("B", True), ("A", False)]


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_form_is_an_empty_draft(app, kind):
    with app.test_request_context():
        entry = sent(kind, MultiDict()).entry(kind)
        assert entry["stem"] == ""
        assert grading.check(grading.spec_from_source(entry, "q"))


def test_numbers_are_typed_as_vietnamese_write_them(app):
    with app.test_request_context():
        form = sent("numerical", MultiDict({"answers-0-value": "1.234,5", "answers-0-tolerance": "0,5"}))
        assert form.entry("numerical")["answers"] == [{"value": "1234.5", "tolerance": "0.5"}]
