"""Numbers of results under threads, each with its own connection, on whichever database the suite runs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Select, delete, select

from lms import clock
from lms.courses import services
from lms.courses.models import Activity, Course, CourseVersion, Enrolment, LessonVersion, Progress, Result, ResultHead
from lms.courses.queries import results_after
from lms.db import db
from lms.notices.models import Notice
from lms.people.models import Person
from tests import factories

LESSONS = 12


@pytest.fixture
def cycle(app):
    """An officer in a course, committed for all threads to see, and taken away afterwards."""
    with app.app_context():
        version = factories.course(mandatory=LESSONS)
        enrolment = factories.enrolment(factories.person(), version)
        activities = [a["id"] for a in version.outline[0]["activities"]]
        db.session.commit()
        ids = enrolment.id, enrolment.officer_id, version.course_id
    yield ids[0], ids[1], activities
    with app.app_context():
        for table, column, value in (
            (Result, Result.officer_id, ids[1]),
            (ResultHead, ResultHead.officer_id, ids[1]),
            (Progress, Progress.enrolment_id, ids[0]),
            (Notice, Notice.person_id, ids[1]),
            (Enrolment, Enrolment.id, ids[0]),
            (Person, Person.id, ids[1]),
            (LessonVersion, LessonVersion.activity_id, select(Activity.id).where(Activity.course_id == ids[2])),
            (Activity, Activity.course_id, ids[2]),
            (CourseVersion, CourseVersion.course_id, ids[2]),
            (Course, Course.id, ids[2]),
        ):
            db.session.execute(delete(table).where(column.in_(value if isinstance(value, Select) else [value])))
        db.session.commit()


def test_numbers_have_no_gap_and_no_double_and_the_course_completes_once(app, cycle):
    enrolment_id, officer_id, activities = cycle
    seen: list[list[int]] = []

    def finish(activity_id: int) -> None:
        with app.app_context():
            services.finish_lesson(enrolment_id, activity_id, clock.now())
            db.session.commit()

    def watch(_: int) -> None:
        with app.app_context():
            seen.append([row.n for row in results_after(officer_id, 0)])

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(finish, activity_id) for activity_id in (*activities, *activities[:4])]  # some pressed twice at once
        work += [pool.submit(watch, i) for i in range(6)]
        for done in work:
            done.result()
    with app.app_context():
        numbers = db.session.scalars(select(Result.n).where(Result.officer_id == officer_id).order_by(Result.n)).all()
        assert list(numbers) == list(range(1, LESSONS + 1))
        assert all(found == list(range(1, len(found) + 1)) for found in seen)  # nobody ever saw n+1 without n
        enrolment = db.session.get(Enrolment, enrolment_id)
        assert (enrolment.done_count, enrolment.completed_at is not None) == (LESSONS, True)
        assert db.session.query(Notice).filter_by(person_id=officer_id, kind="course.completed").count() == 1
