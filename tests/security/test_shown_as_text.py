"""HTML and script in every text of the record: wherever it is shown again it is text, on pages and in files."""

import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import String, inspect

from lms import clock
from lms.certificates.models import Certificate, Decision
from lms.courses import services as courses
from lms.courses.queries import version as cached
from lms.db import db
from lms.jobs.models import Job
from lms.library.models import Instrument
from lms.notices.models import Notice
from lms.people.models import Assignment, ImportOperation, ImportRow, Person, Position, UnitVersion
from lms.quizzes.models import Allowance, QuestionReport
from tests import factories
from tests.permissions.test_routes import address, needed, routes
from tests.permissions.world import build

MARKUP = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
FORMULA = '=HYPERLINK("http://evil.example";"Bấm")'
# What people type or files bring. Keys, codes and states are ours.
TYPED = {
    Person: ("full_name",), UnitVersion: ("name", "short", "place"), Position: ("name",), Assignment: ("title",),
    ImportOperation: ("filename", "problem"), Allowance: ("reason", "end_reason"), QuestionReport: ("text", "reply"), Job: ("title", "problem"),
    Notice: ("text",), Instrument: ("title", "issuer", "number", "kind"), Certificate: ("full_name", "unit_name", "revoked_reason"),
    Decision: ("number", "signer_name", "signer_title", "issuer_name", "place"),
}  # fmt: skip


def poison(text: str) -> None:
    """Write the text into every place where people's words stand."""
    for model, names in TYPED.items():
        columns = inspect(model).columns
        values = {name: text for name in names if name in columns and isinstance(columns[name].type, String)}
        assert values, model
        db.session.query(model).update(values)
    for row in db.session.query(ImportRow):
        row.data = {
            "full_name": text,
            "unit": text,
            "title": text,
            "birth": text,
            "changes": [text],
            "candidates": [{"id": 1, "label": text}],
        }
        row.problems = [{"field": text, "message": text}]
    db.session.commit()


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_no_word_of_the_record_becomes_markup_on_any_page(app, client, login, session, role):
    world = build()
    version = factories.course(title=MARKUP, summary=MARKUP, outcomes=[MARKUP])
    factories.enrolment(world.people[role], version)
    poison(MARKUP)
    shown = 0
    world.own["course_id"] = version.course_id if role == "officer" else world.own["course_id"]
    for endpoint, method, arguments in routes(app):
        if method != "GET" or (role == "officer") is not (needed(endpoint) == "learn"):
            continue
        login(world.people[role])
        with client.get(address(app, endpoint, arguments, world.own)) as reply:
            if reply.mimetype != "text/html":
                continue
            assert "<img src=x" not in reply.text, endpoint
            assert "<script>alert" not in reply.text, endpoint
            assert "49}" not in reply.text
            shown += "&lt;img src=x" in reply.text
    assert shown >= 8


def test_what_is_typed_wrongly_is_shown_again_as_text(client, login):
    login(role="admin")
    for place, data in (
        ("/people/officers/new", {"full_name": MARKUP, "email": MARKUP, "birth": MARKUP}),
        ("/people/units/events/new", {"decision": MARKUP, "made": MARKUP, "note": MARKUP, "on": MARKUP}),
        ("/quizzes/allowances", {"person": MARKUP, "reason": MARKUP, "percent": MARKUP}),
        ("/people/sign-in", {"name": MARKUP, "next": MARKUP}),
        ("/people/activate", {"code": MARKUP}),
    ):
        reply = client.post(place, data=data)
        assert reply.status_code == 422, place
        assert "&lt;img src=x" in reply.text, place
        assert "<img src=x" not in reply.text, place


def test_formulas_in_names_stay_text_in_every_file_handed_out(client, login, session):
    world = build()
    version = factories.course()
    enrolment = factories.enrolment(world.people["officer"], version)
    courses.complete(enrolment.id, cached(version.id), clock.now(), clock.now())
    poison(FORMULA)
    login(world.people["admin"])
    sheets = {
        "roster": client.post("/rosters/export", data={"format": "xlsx"}).data,
        "errors": client.get(f"/people/imports/{world.own['operation_id']}/errors.xlsx").data,
        "template": client.get("/people/imports/template.xlsx").data,
    }
    for what, data in sheets.items():
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = {name: archive.read(name) for name in archive.namelist()}
        assert any(b"HYPERLINK" in part for part in parts.values()), what
        sheets_of = b"".join(part for name, part in parts.items() if name.startswith("xl/worksheets/"))
        assert not re.search(rb"<f[ >/]", sheets_of), what
    texts = {
        "roster": client.post("/rosters/export", data={"format": "csv"}).data,
        "register": client.post("/certificates/register/export", data={}).data,
    }
    for what, data in texts.items():
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
        assert any("HYPERLINK" in cell for cell in cells), what
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], what


def test_a_file_name_is_shown_as_text_and_leads_nowhere(client, login, session):
    login(role="admin")
    for name in ("../../../etc/passwd", "<img src=x onerror=alert(1)>.xlsx", "a\r\nSet-Cookie: x=1.csv", "x" * 3000):
        content = io.BytesIO("Họ và tên\nLê An".encode())
        reply = client.post("/people/imports", data={"file": (content, name)}, content_type="multipart/form-data")
        assert reply.status_code in {302, 422}
        if reply.status_code == 302:
            page = client.get(reply.location)
            assert page.status_code == 200
            assert "<img src=x" not in page.text
    assert "Set-Cookie: x" not in str(reply.headers)
