"""One's own account: how pages look, password, signing out everywhere."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from lms import clock
from lms.audit import services as audit
from lms.db import db, release
from lms.people import queries, services
from lms.people.forms import DisplayForm, PasswordForm
from lms.people.views import bp
from lms.people.views.access import enter, waiting
from lms.permissions import P
from lms.web.auth import requires


def _page(display: DisplayForm, password: PasswordForm, status: int = 200) -> tuple[str, int]:
    person_id = current_user.person_id
    work = queries.main_assignment(person_id, clock.today())
    known = queries.identifiers(person_id)
    return render_template("people/account.html", display=display, password=password, work=work, identifiers=known), status


@bp.get("/account")
@requires(P.LEARN)
def account() -> tuple[str, int]:
    """The account's settings."""
    return _page(DisplayForm(theme=current_user.theme, text_size=current_user.text_size), PasswordForm())


@bp.post("/account/display")
@requires(P.LEARN)
def display() -> Response | tuple[str, int]:
    """Keep how pages look."""
    form = DisplayForm()
    if not form.validate():
        return _page(form, PasswordForm(formdata=None), 422)
    services.set_display(current_user.account_id, form.theme.data, form.text_size.data)
    db.session.commit()
    flash("Đã lưu cách hiển thị.", "ok")
    return redirect(url_for("people.account"))


@bp.post("/account/password")
@requires(P.LEARN)
def password() -> Response | tuple[str, int]:
    """Change the password: every other device is signed out."""
    form = PasswordForm()
    shown = DisplayForm(formdata=None, theme=current_user.theme, text_size=current_user.text_size)
    if not form.validate():
        return _page(shown, form, 422)
    problem = _change(form.current.data, form.password.data)
    if problem:
        form.current.errors = [problem]
        return _page(shown, form, 422)
    flash("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất.", "ok")
    return redirect(url_for("people.account"))


def _change(current: str, new: str) -> str:
    """Check the present password, slowed like a sign-in, and set the new one; what is wrong, or nothing."""
    attempt = queries.own_attempt(current_user.account_id, request.remote_addr, clock.now())
    person_id = current_user.person_id
    release()
    if attempt.wait_until is not None:
        return waiting(attempt.wait_until)
    right = services.password_matches(attempt.password_hash, current)
    hashed = services.hash_password(new) if right else ""
    at = clock.now()
    entry = services.finish_sign_in(attempt, right, at)
    if entry.account_id is None:
        db.session.commit()
        return "Mật khẩu hiện tại chưa đúng."
    epoch = services.set_password(entry.account_id, hashed, at)
    audit.record(person_id, "people.change_password", "account", entry.account_id, at)
    db.session.commit()
    enter(services.Entry(entry.account_id, epoch))
    return ""


@bp.post("/account/sign-out-everywhere")
@requires(P.LEARN)
def sign_out_everywhere() -> Response:
    """End every session of this account, this one too."""
    services.sign_out_everywhere(current_user.account_id)
    audit.record(current_user.person_id, "people.sign_out_everywhere", "account", current_user.account_id, clock.now())
    db.session.commit()
    logout_user()
    session.clear()
    flash("Đã đăng xuất khỏi mọi thiết bị.", "ok")
    return redirect(url_for("people.sign_in"))
