"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lms.db import Base, db

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "lms").rglob("*.py"))
TEMPLATES = sorted((ROOT / "lms" / "templates").rglob("*.html"))
ENGINES = ("grading", "competence", "documents", "tables", "markup", "vietnamese")
MAY_COMMIT = re.compile(r"(views|cli|tasks)(\.py|/)|jobs/services\.py")


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("engine", ENGINES)
def test_engine_loads_without_flask_or_sqlalchemy(engine):
    code = f"import sys, lms.{engine}; sys.exit(bool({{'flask', 'sqlalchemy', 'werkzeug'}} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_views_commands_and_tasks_commit():
    committing = {names(p) for p in SOURCES if re.search(r"session\.commit\(\)", p.read_text())}
    assert {name for name in committing if not MAY_COMMIT.search(name)} == set()


def test_one_clock():
    telling = {names(p) for p in SOURCES if re.search(r"datetime\.now|date\.today|utcnow|time\.time\(", p.read_text())}
    assert telling == {"lms/clock.py"}


def test_stored_html_is_trusted_in_one_place():
    assert {names(p) for p in TEMPLATES if re.search(r"\|\s*safe\b(?!_html)", p.read_text())} == set()
    assert {names(p) for p in SOURCES if re.search(r"\bMarkup\(", p.read_text())} == {"lms/web/templating.py"}
    assert {names(p) for p in TEMPLATES if "|safe_html" in p.read_text()} == {"lms/templates/web/macros.html"}


def test_templates_hold_no_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=\"", re.IGNORECASE)
    assert {names(p) for p in TEMPLATES if inline.search(p.read_text())} == set()


def test_files_and_functions_stay_small():
    long_files = {names(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    long_functions = {
        f"{names(p)}:{f.name}": n for p in SOURCES for f in functions(p) if (n := (f.end_lineno or 0) - f.lineno + 1) > 40
    }
    long_views = {
        f"{names(p)}:{f.name}": n
        for p in SOURCES
        if "/views" in names(p)
        for f in functions(p)
        if any("route" in ast.dump(d) or "attr='get'" in ast.dump(d) or "attr='post'" in ast.dump(d) for d in f.decorator_list)
        and (n := (f.end_lineno or 0) - f.lineno + 1) > 20
    }
    assert (long_files, long_functions, long_views) == ({}, {}, {})


def test_public_functions_say_what_they_do():
    silent = [
        f"{names(p)}:{node.name}"
        for p in SOURCES
        for node in ast.parse(p.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_page_templates_are_named_after_views(app):
    pages = {names(p).removeprefix("lms/templates/").removesuffix(".html") for p in TEMPLATES if not p.name.startswith("_")}
    endpoints = {endpoint.replace(".", "/") for endpoint in app.view_functions}
    assert {page for page in pages if not page.startswith("web/")} - endpoints == set()


def test_migrations_build_exactly_the_models(app, session):
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True, "target_metadata": Base.metadata})
    assert compare_metadata(context, Base.metadata) == []


def test_vendored_files_carry_version_and_licence():
    vendor = ROOT / "lms" / "static" / "vendor"
    plain = [p.name for p in vendor.iterdir() if p.suffix in {".js", ".css"}]
    assert [name for name in plain if not re.search(r"-\d+\.\d+\.\d+", name)] == []
    assert {p.name for p in vendor.glob("LICENSE*")} >= {"LICENSE-bootstrap.txt", "LICENSE-htmx.txt", "LICENSE-lucide.txt"}
