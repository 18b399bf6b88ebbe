"""What a careful colleague says of one question (domain analysis 4: rules for authors)."""

import pytest

from lms import grading


def codes(stem: str = "Cơ quan nào tiếp nhận hồ sơ?", *texts: str, kind: str = "single") -> list[str]:
    options = [{"text": text, "correct": place == 0} for place, text in enumerate(texts or ("Xã A", "Xã B", "Xã C"))]
    question = {"key": "q", "kind": kind, "stem": stem, "options": options}
    return [warning.code for warning in grading.remark(question, grading.spec_from_source(question, "q"))]


def test_an_even_question_is_left_in_peace():
    assert codes() == []


def test_key_longer_than_the_others_by_a_quarter():
    assert codes("Nơi nào?", "Bộ phận Một cửa của xã", "Văn phòng tỉnh xa", "Phòng Tư pháp") == ["longest_key"]
    assert codes("Nơi nào?", "Bộ phận Một cửa", "Văn phòng tỉnh", "Phòng Tư pháp") == []


def test_all_of_the_above_and_two_options():
    assert codes("Gồm gì?", "Tất cả đều đúng", "Cải cách thể chế", "Cải cách thủ tục") == ["all_of_above"]
    assert codes("Gồm gì?", "Thể chế", "Thủ tục") == ["two_options"]


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("Việc nào dưới đây không thuộc cải cách thể chế?", True),
        ("Việc nào dưới đây **không** thuộc cải cách thể chế?", False),
        ("Phát biểu nào sai?", True),
        ("Nhiệm vụ gồm các việc sau, ngoại trừ:", True),
        ("Nhiệm vụ gồm các việc sau, **ngoại trừ**:", False),
        ("Vì sao không nên dùng chung một mật khẩu?", False),
        ("Phát biểu nào đúng về tiếp nhận hồ sơ không phụ thuộc địa giới?", False),
        ("Văn bản còn dùng được không, cần xem gì?", False),
    ],
)
def test_negation_stands_in_bold(stem, said):
    assert ("negative_stem" in codes(stem)) is said
