"""Getting in and out: sign-in, activation by slip, forgotten password."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db, release
from lms.errors import Conflict
from lms.jobs import services as jobs
from lms.people import queries, services
from lms.people.forms import ActivateForm, ForgottenForm, ResetForm, SignInForm
from lms.people.views import bp
from lms.permissions import P
from lms.web.auth import public, requires

Page = str | tuple[str, int] | Response


def own_path(text: str | None) -> str | None:
    """The text when it is a path on this site; never another site's address."""
    text = text or ""
    if not text.startswith("/") or text.startswith(("//", "/\\")) or not text.isprintable() or "\\" in text:
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def enter(entry: services.Entry) -> None:
    """Begin a session of one's own: what an earlier session held is gone."""
    viewer = queries.viewer(f"{entry.account_id}.{entry.epoch}.{services.new_session_key()}")
    if viewer is None:
        raise Conflict("Tài khoản vừa được đăng xuất mọi nơi hoặc đổi mật khẩu ở nơi khác. Hãy đăng nhập lại.")
    session.clear()
    session.permanent = True
    login_user(viewer)


def waiting(until: datetime) -> str:
    """What somebody who has to wait is told: until when, and what else helps."""
    call = f" Cần giúp: gọi {phone}." if (phone := current_app.config["SUPPORT_PHONE"]) else ""
    moment = clock.local(until).strftime("%H:%M:%S")
    return f"Đã sai nhiều lần từ mạng này. Thử lại được từ {moment}. Tài khoản không bị khóa ở nơi khác.{call}"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Sign in with e-mail, phone or code."""
    form = SignInForm(next=own_path(request.args.get("next")) or "")
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(own_path(form.next.data) or url_for("home.index"))
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form, problem=""), 422 if form.errors else 200
    entry = _try(queries.sign_in_attempt(form.name.data, request.remote_addr, clock.now()), form.password.data)
    if entry.account_id is None:
        return render_template("people/sign_in.html", form=form, problem=_refusal(entry)), 422
    enter(entry)
    return redirect(own_path(form.next.data) or url_for("home.index"))


def _try(attempt: queries.Attempt, password: str) -> services.Entry:
    """Compare outside the transaction, count inside a second one."""
    release()
    if attempt.must_wait:
        return services.Entry(wait_until=attempt.wait_until)
    right = services.password_matches(attempt.password_hash, password)
    entry = services.finish_sign_in(attempt, right, clock.now())
    db.session.commit()
    return entry


def _refusal(entry: services.Entry) -> str:
    if entry.wait_until is not None:
        return waiting(entry.wait_until)
    left = f" Còn {entry.left} lần thử." if entry.left else ""
    return f"Tên hoặc mật khẩu chưa đúng.{left}"


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, on the server too: a copy of its cookie opens nothing any more. Other devices stay signed in."""
    if current_user.is_authenticated:
        services.end_session(current_user.session_key, clock.now())
        db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("people.sign_in"))


@bp.get("/signed-in")
@requires(P.LEARN)
def signed_in() -> str:
    """Said in the tab that was opened to sign in again, while a form waits in another."""
    return render_template("people/signed_in.html")


@bp.route("/activate", methods=["GET", "POST"])
@public
def activate() -> Page:
    """First use of an account: the code on the slip, and a password of one's own."""
    form = ActivateForm()
    if not form.validate_on_submit():
        return render_template("people/activate.html", form=form, problem=""), 422 if form.errors else 200
    at = clock.now()
    if until := queries.network_wait("slip", request.remote_addr, at):
        return render_template("people/activate.html", form=form, problem=waiting(until)), 422
    found = queries.one_time_secret("slip", services.slip_digits(form.code.data), at)
    if found is None:
        problem = _wrong_slip(services.slip_failed(request.remote_addr, at))
        db.session.commit()
        return render_template("people/activate.html", form=form, problem=problem), 422
    _use(found.id, form.password.data)
    flash("Tài khoản đã kích hoạt. Từ nay Anh/Chị đăng nhập bằng mật khẩu vừa đặt.", "ok")
    return redirect(url_for("home.index"))


def _wrong_slip(entry: services.Entry) -> str:
    if entry.wait_until is not None:
        return waiting(entry.wait_until)
    return (
        "Mã chưa đúng, đã dùng hoặc đã quá hạn. Hãy so lại từng nhóm bốn ký tự trên phiếu; "
        f"nếu vẫn chưa được, xin đầu mối đơn vị in phiếu mới. Còn {entry.left} lần thử."
    )


def _use(secret_id: int, password: str) -> None:
    """Hash outside the transaction, then set the password and go in."""
    release()
    hashed = services.hash_password(password)
    entry = services.use_secret(secret_id, hashed, clock.now())
    db.session.commit()
    enter(entry)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for a letter with a link. The reply is the same whether or not the name is known."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("people/forgotten.html", form=form, sent=False, problem=""), 422 if form.errors else 200
    at = clock.now()
    if until := queries.network_wait("letter", request.remote_addr, at):
        return render_template("people/forgotten.html", form=form, sent=False, problem=waiting(until)), 422
    services.count_letter(request.remote_addr, at)
    payload = {"person_id": queries.person_to_write_to(form.name.data)}
    jobs.enqueue("people.reset_letter", "Thư đặt lại mật khẩu", payload, None, at)
    db.session.commit()
    return render_template("people/forgotten.html", form=form, sent=True, problem="")


@bp.route("/reset/<secret>", methods=["GET", "POST"])
@public
def reset(secret: str) -> Page:
    """Set a new password by the link in the letter."""
    found = queries.one_time_secret("reset", secret, clock.now())
    if found is None:
        return render_template("people/reset.html", form=None), 404
    form = ResetForm()
    if not form.validate_on_submit():
        return render_template("people/reset.html", form=form, full_name=found.full_name), 422 if form.errors else 200
    _use(found.id, form.password.data)
    flash("Đã đặt mật khẩu mới. Các thiết bị khác đã được đăng xuất.", "ok")
    return redirect(url_for("home.index"))
