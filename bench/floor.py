"""The floor: the same kind of page (11 KB of HTML, 24 rows, 4 indexed reads) from plain WSGI, raw sqlite3 and precompiled Jinja.

Nothing that serves this page from this database with these tools can be cheaper; figures are read as multiples of it.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from jinja2 import Environment

ROWS = 24
PAGE = """<!doctype html><html lang="vi"><head><title>{{ title }}</title></head><body>
<header><nav>{% for name in menu %}<a href="/{{ loop.index }}">{{ name }}</a>{% endfor %}</nav><p>{{ person }}</p></header>
<main><h1>{{ title }}</h1><ol>{% for id, name, kind, minutes, size, done in rows %}
<li class="activity {{ kind }}"><span class="node">{{ loop.index }}</span><a class="card-link" href="/courses/activities/{{ id }}">{{ name }}</a>
<span class="size">{{ minutes }} phút · {{ size }} KB</span>
<span class="chip chip-{{ 'ok' if done else 'info' }}">{{ 'Hoàn thành' if done else 'Chưa học' }}</span>
<p class="meta">Bài học có ví dụ từ một ngày làm việc, phần thử làm và mục cần nhớ; đọc được khi mạng yếu, tiến độ luôn được lưu.</p></li>
{% endfor %}</ol></main><footer>{{ footer }}</footer></body></html>"""


def make_app(path: Path) -> Callable[..., Iterable[bytes]]:
    """The WSGI application, on a small database of its own at `path`."""
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.executescript("""
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE course (id INTEGER PRIMARY KEY, title TEXT, footer TEXT);
        CREATE TABLE activity (id INTEGER PRIMARY KEY, course_id INTEGER, name TEXT, kind TEXT, minutes INTEGER, size INTEGER);
        CREATE INDEX activity_course ON activity (course_id);
        CREATE TABLE progress (person_id INTEGER, activity_id INTEGER, PRIMARY KEY (person_id, activity_id));
        INSERT INTO person VALUES (1, 'Nguyễn Thị Hường');
        INSERT INTO course VALUES (1, 'Nhập môn cải cách hành chính', 'Sở Nội vụ tỉnh Đồng Tháp');
    """)
    connection.executemany(
        "INSERT INTO activity VALUES (?, 1, ?, 'lesson', 8, 300)",
        [(i, f"Bài {i}: Cải cách hành chính là gì") for i in range(1, ROWS + 1)],
    )
    connection.executemany("INSERT INTO progress VALUES (1, ?)", [(i,) for i in range(1, 9)])
    connection.commit()
    page = Environment(autoescape=True).from_string(PAGE)
    menu = ["Trang chủ", "Khóa học", "Năng lực", "Thư viện", "Chứng nhận"]

    def app(_environ: dict, start_response: Callable) -> Iterable[bytes]:
        person = connection.execute("SELECT name FROM person WHERE id = 1").fetchone()[0]
        title, footer = connection.execute("SELECT title, footer FROM course WHERE id = 1").fetchone()
        done = {row[0] for row in connection.execute("SELECT activity_id FROM progress WHERE person_id = 1")}
        rows = connection.execute("SELECT id, name, kind, minutes, size FROM activity WHERE course_id = 1").fetchall()
        body = page.render(title=title, person=person, menu=menu, footer=footer, rows=[(*r, r[0] in done) for r in rows]).encode()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    return app
