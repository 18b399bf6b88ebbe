"""Settings. Every one is an environment variable LMS_*; .env.example lists them with what they mean."""

import os
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_SECRET = "chi-dung-khi-phat-trien"  # noqa: S105  refused in production, see check()

load_dotenv(ROOT / ".env")


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


class Config:
    """What the application reads; Flask keys keep Flask's names."""

    ENV = os.environ.get("LMS_ENV", "development")
    DATA_DIR = Path(os.environ.get("LMS_DATA_DIR", ROOT / "var"))
    CONTENT_DIR = Path(os.environ.get("LMS_CONTENT_DIR", ROOT / "content"))
    PUBLIC_URL = os.environ.get("LMS_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    SECRET_KEY = os.environ.get("LMS_SECRET_KEY", DEVELOPMENT_SECRET)
    SQLALCHEMY_DATABASE_URI = os.environ.get("LMS_DATABASE_URL", f"sqlite:///{DATA_DIR / 'sen.sqlite3'}")
    TRUSTED_PROXIES = int(os.environ.get("LMS_TRUSTED_PROXIES", "0"))
    MAX_CONTENT_LENGTH = int(os.environ.get("LMS_MAX_UPLOAD_MB", "25")) * 1024 * 1024
    MAX_VIDEO_LENGTH = int(os.environ.get("LMS_MAX_VIDEO_MB", "300")) * 1024 * 1024  # pages that take videos and packs
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    MAIL_SERVER = os.environ.get("LMS_MAIL_SERVER", "")  # empty: mail is written to DATA_DIR/mail
    MAIL_PORT = int(os.environ.get("LMS_MAIL_PORT", "587"))
    MAIL_USERNAME = os.environ.get("LMS_MAIL_USERNAME", "")
    MAIL_PASSWORD = os.environ.get("LMS_MAIL_PASSWORD", "")
    MAIL_SENDER = os.environ.get("LMS_MAIL_SENDER", "Sen <khong-tra-loi@localhost>")
    SUPPORT_PHONE = os.environ.get("LMS_SUPPORT_PHONE", "")
    SESSION_COOKIE_NAME = "sen"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = _flag("LMS_COOKIE_SECURE", ENV == "production")
    PERMANENT_SESSION_LIFETIME = int(os.environ.get("LMS_SESSION_HOURS", "12")) * 3600
    SESSION_REFRESH_EACH_REQUEST = False  # the cookie is signed anew when it changes, not on every page
    WTF_CSRF_TIME_LIMIT = None  # as long as the session: a form left open over lunch still saves
    COMPRESS_ALGORITHM = ["br", "gzip"]
    COMPRESS_BR_LEVEL = 4
    COMPRESS_STREAMS = True
    JSON_AS_ASCII = False


class TestConfig(Config):
    """The suite: an own folder and database, given by tests/conftest.py; no real mail, cheap hashes."""

    TESTING = True
    ENV = "testing"
    SECRET_KEY = "chi-dung-trong-kiem-thu"  # noqa: S105
    MAIL_SERVER = ""
    SESSION_COOKIE_SECURE = False


def check(config: dict) -> list[str]:
    """What is missing before this configuration may serve the public, in words; empty when it may."""
    if config["ENV"] != "production":
        return []
    problems = []
    if config["SECRET_KEY"] == DEVELOPMENT_SECRET or len(config["SECRET_KEY"]) < 32:
        problems.append("LMS_SECRET_KEY: cần một chuỗi bí mật riêng, ít nhất 32 ký tự")
    if not config["PUBLIC_URL"].startswith("https://"):
        problems.append("LMS_PUBLIC_URL: cần địa chỉ công khai https:// (liên kết trong thư và mã QR dùng địa chỉ này)")
    if not config["SESSION_COOKIE_SECURE"]:
        problems.append("LMS_COOKIE_SECURE: phải bật khi chạy thật")
    return problems
