"""The school's Markdown, and what never gets through it."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.markup import POLICY, clean_html, escape_only, minutes, plain, render, render_inline


class _Seen(HTMLParser):
    """Tags and attributes a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attrs = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attrs += [(name, value or "") for name, value in attrs]


def _safe(html):
    seen = _Seen(html)
    assert "<script" not in html.lower()
    assert not {"script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "base", "meta", "link"} & {
        *seen.tags
    }
    for name, value in seen.attrs:
        assert not name.startswith("on")
        assert name != "style"
        scheme = "".join(value.split()).lower()
        assert not (name in ("href", "src") and scheme.startswith(("javascript:", "data:", "vbscript:", "file:")))


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x>",
    "<style>p{color:red}</style>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<p style='color:red' onclick=x>a</p>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#115;cript:alert(1))",
    "[a](&#106;avascript&colon;alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](javascript:alert(1))",
    '[a](https://x.vn "t" onmouseover=alert(1))',
    "[a][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '!!! note "<script>alert(1)</script>"\n    <img src=x onerror=a>',
    '!!! note" onclick="x "a"\n    b',
    '??? question "<svg onload=a>"\n    <style>a</style>',
    "| <script> | b |\n|---|---|\n| <img onerror=a> | [x](javascript:a) |",
    "a[^1]\n\n[^1]: <script>x</script> [b](javascript:a)",
    'a[^"onclick=x]\n\n[^"onclick=x]: b',
    "```\n<script>\n```",
    "`<script>`",
    '``` {onclick="x"}\na\n```',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<sub onclick=x>a</sub>",
    "<<script>script>alert(1)<</script>/script>",
]


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_harmful_gets_through(source):
    _safe(render(source).html)
    _safe(render_inline(source))


@given(st.lists(st.sampled_from(ATTACKS) | st.text(max_size=12), max_size=4).map("\n".join))
@example("\x02wzxhzdk:0\x03")
@settings(max_examples=80, deadline=None)
def test_any_text_is_safe_and_cleaning_twice_changes_nothing(source):
    html = render(source).html
    _safe(html)
    assert clean_html(html) == html


@given(st.text("abĐấ1 ,.()/%:;?-", max_size=20))
@settings(max_examples=150, deadline=None)
def test_short_texts_read_alike_with_and_without_markdown(source):
    """Plain words take a short way that must not show."""
    html = render(source.strip()).html.strip()
    single = html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>")
    assert render_inline(source) == (html[3:-4] if single else html)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# A", "<h2>A</h2>"),
        ("## A", "<h2>A</h2>"),
        ("### A", "<h3>A</h3>"),
        ("Điền <tên cơ quan> vào", "<p>Điền &lt;tên cơ quan&gt; vào</p>"),
        ("m<sup>2</sup>", "<p>m<sup>2</sup></p>"),
        ("[a](https://x.vn)", '<p><a href="https://x.vn" rel="noopener nofollow">a</a></p>'),
        ("[a](//x.vn)", '<p><a href="//x.vn" rel="noopener nofollow">a</a></p>'),
        ("[a](mailto:a@x.vn)", '<p><a href="mailto:a@x.vn">a</a></p>'),
        ("[a](tel:0277)", '<p><a href="tel:0277">a</a></p>'),
        ("[a](/khoa-hoc/k01)", '<p><a href="/khoa-hoc/k01">a</a></p>'),
        ("[a](ftp://x.vn)", "<p><a>a</a></p>"),
        ("[a](mau.docx)", '<p><a href="/f/k01/mau.docx">a</a></p>'),
        ("![Sơ đồ](so-do.png)", '<p><img alt="Sơ đồ" loading="lazy" src="/f/k01/so-do.png"></p>'),
        ("![Sơ đồ](../../x.png)", "<p><em>Sơ đồ</em></p>"),
        ("![Sơ đồ](https://x.vn/a.png)", "<p><em>Sơ đồ</em></p>"),
        ('!!! note "Ví dụ"\n    Một.', '<div class="note">\n<p><b>Ví dụ</b></p>\n<p>Một.</p>\n</div>'),
        ("!!! tip\n    Một.", '<div class="note note-ok">\n<p><b>Gợi ý</b></p>\n<p>Một.</p>\n</div>'),
        ('!!! warning "A"\n    B', '<div class="note note-warn">\n<p><b>A</b></p>\n<p>B</p>\n</div>'),
        ('!!! law "A"\n    B', '<div class="note note-law">\n<p><b>A</b></p>\n<p>B</p>\n</div>'),
        ('??? question "Thử làm"\n    B', '<details class="fold">\n<summary>Thử làm</summary>\n<p>B</p>\n</details>'),
    ],
)
def test_source_is_drawn(source, html):
    assert render(source, "/f/k01/").html == html


def test_table_scrolls_with_the_keyboard():
    html = render("| A | B |\n|---|--:|\n| 1<br>2 | 3 |").html
    assert html.startswith('<div aria-label="Bảng 1" class="table-responsive" role="region" tabindex="0"><table class="table">')
    assert '<th scope="col">A</th>' in html
    assert '<td class="text-end">3</td>' in html


def test_tables_have_names_of_their_own():
    names = [
        value
        for name, value in _Seen(render("| A |\n|---|\n| 1 |\n\nGiữa.\n\n| B |\n|---|\n| 2 |").html).attrs
        if name == "aria-label"
    ]
    assert names == ["Bảng 1", "Bảng 2"]


def test_footnotes_of_two_lessons_do_not_clash():
    first, second = (_Seen(render(f"{a}[^1] và[^1]\n\n[^1]: Nguồn {a}").html) for a in "ab")
    ids = [[value for name, value in seen.attrs if name == "id"] for seen in (first, second)]
    assert len({*ids[0]}) == len(ids[0]) == 3
    assert not {*ids[0]} & {*ids[1]}
    assert all(value[1:] in ids[0] for name, value in first.attrs if name == "href")


def test_ids_and_classes_of_others_are_dropped():
    assert clean_html('<p id="x" class="btn">a</p><div class="toast">b</div>') == "<p>a</p><div>b</div>"


def test_picture_needs_words():
    rendered = render("![](a.png)")
    assert 'alt="Hình chưa có lời mô tả"' in rendered.html
    assert len(rendered.problems) == 1


def test_words_are_syllables():
    assert render("**Cải cách** hành chính - 2026").words == 5
    assert render("").words == 0
    assert render("a").policy == POLICY


def test_plain_is_the_words_alone():
    assert plain("## A & B\n\n- **một**\n- [hai](https://x.vn)\n\n> x < y") == "A & B một hai x < y"
    assert escape_only('<b> & "') == "&lt;b&gt; &amp; &quot;"


def test_inline_has_no_paragraph_unless_there_are_two():
    assert render_inline(" **a** < b ") == "<strong>a</strong> &lt; b"
    assert render_inline("a\n\nb") == "<p>a</p>\n<p>b</p>"


@pytest.mark.parametrize(
    ("given_", "expected"), [((0,), 0), ((1,), 1), ((180,), 1), ((181,), 2), ((180, 5), 2), ((900, 0, 3), 8)]
)
def test_minutes_are_rounded_up(given_, expected):
    assert minutes(*given_) == expected


def test_a_decorative_picture_is_passed_over_by_screen_readers():
    rendered = render("![-](hoa-sen.png)", files_base="/f")
    assert 'alt=""' in rendered.html
    assert rendered.problems == ()
