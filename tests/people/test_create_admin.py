"""flask people create-admin: the first admin of an empty province, by a slip like everybody else's."""

from lms.people.models import Grant


def test_the_first_admin_activates_and_administers(app, session, client):
    done = app.test_cli_runner().invoke(args=["people", "create-admin", "Nguyễn Thị An", "an@dongthap.example"])
    assert done.exit_code == 0, done.output
    code = done.output.split("Mã kích hoạt: ")[1].split()[0]
    assert [grant.role for grant in session.query(Grant)] == ["admin"]
    form = {"name": "an@dongthap.example", "code": code, "password": "mat-khau-dai-hon-14", "again": "mat-khau-dai-hon-14"}
    client.post("/people/activate", data=form)
    assert client.get("/people/imports").status_code == 200


def test_an_address_that_is_taken_is_refused_in_words(app, session):
    runner = app.test_cli_runner()
    runner.invoke(args=["people", "create-admin", "Nguyễn Thị An", "an@dongthap.example"])
    again = runner.invoke(args=["people", "create-admin", "Trần Văn B", "an@dongthap.example"])
    assert again.exit_code == 1
    assert "đang thuộc một người khác" in again.output
