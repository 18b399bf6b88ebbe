"""A form of our own that comes late keeps what was typed; one from elsewhere gets nothing."""

import re

import pytest


@pytest.fixture(autouse=True)
def _with_csrf(app):
    app.config["WTF_CSRF_ENABLED"] = True


def post(client, origin="http://localhost", **fields):
    return client.post(
        "/people/account/display", data={"theme": "dark", "text_size": "large"} | fields, headers={"Origin": origin}
    )


def test_a_late_form_stands_on_the_page_and_can_be_sent_again(client, login):
    login()
    page = post(client)
    assert page.status_code == 400
    assert "Những gì Anh/Chị vừa nhập vẫn còn" in page.text
    assert 'name="theme" value="dark"' in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    assert post(client, csrf_token=token).status_code == 302
    assert 'data-bs-theme="dark"' in client.get("/people/account").text


def test_somebody_signed_out_is_asked_to_sign_in_in_another_tab(client):
    page = post(client)
    assert page.status_code == 400
    assert "Đăng nhập lại trong thẻ mới" in page.text


def test_a_form_from_elsewhere_is_refused_and_nothing_of_it_is_offered_again(client, login):
    login()
    page = post(client, origin="https://ke-xau.example", theme="dark")
    assert page.status_code == 400
    assert 'value="dark"' not in page.text
    assert 'data-bs-theme="dark"' not in client.get("/people/account").text


def test_passwords_are_never_put_on_the_page(client, login):
    login()
    page = client.post(
        "/people/account/password", data={"current": "cu-cu-cu", "password": "bi-mat-moi"}, headers={"Origin": "http://localhost"}
    )
    assert "bi-mat-moi" not in page.text
    assert "cu-cu-cu" not in page.text
