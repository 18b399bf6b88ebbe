"""Pages of trainers: which lessons move which competence."""

from flask import render_template
from flask_login import current_user

from lms.permissions import P
from lms.tracking.queries import lessons
from lms.tracking.views import bp
from lms.web.auth import requires


@bp.get("/courses/<int:course_id>")
@requires(P.COURSE_PROGRESS)
def course(course_id: int) -> str:
    """Of each lesson of a course: how the officers who finished it did on its competences before and after."""
    found = lessons.lesson_effects(course_id, current_user.scope(P.COURSE_PROGRESS))
    return render_template("tracking/course.html", found=found, newest=lessons.NEWEST, fewest=lessons.FEWEST)
