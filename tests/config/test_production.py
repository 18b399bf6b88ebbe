"""The application refuses to serve the public with development secrets."""

import pytest

from config import DEVELOPMENT_SECRET, TestConfig, check
from lms.app import create_app

GOOD = {"ENV": "production", "SECRET_KEY": "x" * 40, "PUBLIC_URL": "https://sen.example.org", "SESSION_COOKIE_SECURE": True}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "LMS_SECRET_KEY"),
        ({"SECRET_KEY": "ngan"}, "LMS_SECRET_KEY"),
        ({"PUBLIC_URL": "http://sen.example.org"}, "LMS_PUBLIC_URL"),
        ({"SESSION_COOKIE_SECURE": False}, "LMS_COOKIE_SECURE"),
    ],
)
def test_what_is_missing_is_named(change, named):
    assert [problem.split(":")[0] for problem in check(GOOD | change)] == [named]


def test_a_complete_configuration_and_a_development_one_pass():
    assert check(GOOD) == []
    assert check({"ENV": "development", "SECRET_KEY": DEVELOPMENT_SECRET, "PUBLIC_URL": "", "SESSION_COOKIE_SECURE": False}) == []


def test_application_does_not_start(tmp_path):
    class Careless(TestConfig):
        ENV = "production"
        DATA_DIR = tmp_path

    with pytest.raises(RuntimeError, match="LMS_SECRET_KEY"):
        create_app(Careless)
