"""Files that are too large or not what they say: refused in words, read no further than needed, nothing written."""

import gc
import io
import zipfile
from datetime import timedelta

import pytest

from lms import clock
from lms.jobs.models import Job
from lms.jobs.services import run, take_next
from lms.people.models import ImportOperation, Person

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
MB = 2**20


class Endless(io.RawIOBase):
    """A body that goes on for `size` bytes and counts how many of them were read."""

    def __init__(self, size: int) -> None:
        self.left, self.taken, self.head = size, 0, HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        n = min(self.left, len(buffer), MB)
        part, self.head = self.head[:n], self.head[n:]
        buffer[:n] = part + bytes(n - len(part))
        self.left -= n
        self.taken += n
        return n


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the part of the file taken so far is closed by the collector
@pytest.mark.parametrize("said", ["length", "chunked"])
def test_two_hundred_megabytes_are_refused_without_being_read(app, client, login, session, said):
    login(role="admin")
    body = Endless(200 * MB)
    more = {"CONTENT_LENGTH": str(body.left)} if said == "length" else {"wsgi.input_terminated": True}
    files = {path for path in app.config["DATA_DIR"].rglob("*") if path.is_file()}
    kind = {"wsgi.input": body, "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    reply = client.post("/people/imports", environ_overrides=kind | more)
    assert reply.status_code == 413
    assert "Tệp quá lớn" in reply.text
    assert "25 MB. Không có gì được ghi." in reply.text
    assert body.taken <= 26 * MB
    gc.collect()
    assert session.query(ImportOperation).count() == session.query(Job).count() == 0
    assert {path for path in app.config["DATA_DIR"].rglob("*") if path.is_file() and "sqlite" not in path.name} <= files


def test_a_form_without_files_may_not_be_a_flood_either(client, login):
    login(role="admin")
    assert client.post("/people/officers/new", data={"full_name": "x" * (3 * MB)}).status_code == 413
    flood = {"data": b"a&" * 500_000, "content_type": "application/x-www-form-urlencoded"}
    assert client.post("/people/sign-in", **flood).status_code == 413
    assert client.post("/quizzes/attempts/1/1/save", data=b"[" * (3 * MB), content_type="application/json").status_code == 413
    many = {f"f{n}": "x" for n in range(2000)} | {"file": (io.BytesIO(b"x"), "a")}
    assert client.post("/people/imports", data=many, content_type="multipart/form-data").status_code == 413


def bomb() -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to 300 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(300 * MB))
    return packed.getvalue()


def entities() -> bytes:
    """A workbook whose XML would read a file of the server."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>')
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb, "quá lớn khi mở ra"),
        (entities, "không an toàn"),
        (lambda: b"MZ\x90\x00" + bytes(500), ""),
        (lambda: b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_attacks_is_refused_in_words_and_leaves_nobody(client, login, session, content, said):
    login(role="admin")
    before = session.query(Person).count()
    reply = client.post(
        "/people/imports", data={"file": (io.BytesIO(content()), "danh sách.xlsx")}, content_type="multipart/form-data"
    )
    while (job := take_next(clock.now() + timedelta(seconds=5))) is not None:
        run(job)
    session.expire_all()
    operation = session.query(ImportOperation).one()
    assert operation.state == "refused"
    assert said in client.get(reply.location).text
    assert session.query(Person).count() == before
