"""Two officers of a commune, somebody of Sở Nội vụ who enters decisions, and a framework of two competences."""

from datetime import timedelta

import pytest

from lms import clock
from lms.people.queries import Scope
from lms.recognitions import services
from lms.tracking.services import put_competence
from tests import factories

ALL = Scope(everywhere=True)
SCAN = {"name": "qd.pdf", "digest": "0" * 64, "mime": "application/pdf", "bytes": 1000}
SIGNED = clock.today() - timedelta(days=10)


class Office:
    """The people, and short ways to act."""

    def __init__(self):
        self.unit = factories.unit("Xã Thử")
        self.olga, self.binh = factories.person("Lê Thị Olga"), factories.person("Trần Văn Bình", "M")
        for officer in (self.olga, self.binh):
            factories.assignment(officer, self.unit)
        factories.identifier(self.olga, "CB001", "code")
        self.admin = factories.person("Võ Thị Ada")
        factories.assignment(self.admin, self.unit)

    def paper(self, number="12", signed_on=SIGNED, **more):
        values = {
            "kind": "council", "symbol": "QĐ-SNV", "issuer": "Sở Nội vụ", "summary": "Công nhận chuyên gia cải cách hành chính",
            "files": [SCAN],
        }  # fmt: skip
        return services.Paper(**(values | {"number": number, "signed_on": signed_on} | more))

    def enter(self, *claims, at=None, **paper):
        return services.enter(self.paper(**paper), claims, ALL, self.admin.id, at or clock.now())

    def withdraw(self, decision, product_ids, reason="Kết luận thanh tra", at=None):
        basis = "Quyết định số 20/QĐ-SNV, ngày 20/11/2026"
        return services.withdraw(decision.id, product_ids, basis, reason, ALL, self.admin.id, at or clock.now())


@pytest.fixture
def office(session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    put_competence("C7.4", "N7", "Nền tảng", "Tự học, hướng dẫn đồng nghiệp", ["a", "b", "c", "d", "e"], 2)
    return Office()
