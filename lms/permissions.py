"""Who may do what: one enumeration, one table. Which of the things, is a WHERE in the queries (unit subtree, course)."""

from enum import StrEnum


class P(StrEnum):
    """One act that a page guards."""

    LEARN = "learn"  # study, take quizzes, see one's own results, competence and certificates
    PEOPLE_SEE = "people.see"  # officers of the units in scope
    PEOPLE_ACTIVATE = "people.activate"  # print activation slips for officers in scope
    PEOPLE_EDIT = "people.edit"  # officers, assignments, imports
    GRANT = "grant"  # give and end roles
    UNITS = "units"  # unit tree, mergers
    ENROL = "enrol"  # enrol or nominate officers in scope
    ENROL_RULES = "enrol.rules"  # who is enrolled without asking, in the whole province
    COURSE_PROGRESS = "course.progress"  # who is where in a course in scope
    QUESTION_REPORTS = "question.reports"  # answer reported questions
    MARK = "mark"  # mark submissions of courses in scope
    CONFIRM = "confirm"  # confirm or decline work products of officers in scope
    APPEALS = "appeals"  # answer appeals against others' marks and words, in scope
    DRAFTS = "drafts"  # see what is being written: banks, drafts, comments
    AUTHOR = "author"  # write questions, quizzes, lessons and courses in scope
    REVIEW = "review"  # say of another's draft that it is good, or what is not
    PUBLISH = "publish"  # bring drafts into use, take questions out of use
    CONTENT = "content"  # packs: what differs, load
    UNIT_COMPETENCE = "unit.competence"  # competence of officers in scope
    RECOGNISE = "recognise"  # levels 4 and 5 by a decision, for officers in scope; withdraw them
    AWARDS = "awards"  # end a level by a decision, or let it count on
    PROVINCE_COMPETENCE = "province.competence"  # competence of the province, with names
    COMPETENCE_RULES = "competence.rules"  # what proves a level, and the parameters of questions it is judged by
    CERTIFICATES = "certificates"  # approve, number, revoke
    ROSTERS = "rosters"  # see and export rosters in scope
    AUDIT = "audit"  # read the log


class Role(StrEnum):
    """What a grant names. Officer is everybody's; the others are granted with a scope and dates."""

    OFFICER = "officer"
    TRAINER = "trainer"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    FOCAL_POINT = "focal_point"
    HEAD = "head"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.OFFICER: "Học viên",
    Role.TRAINER: "Giảng viên",
    Role.AUTHOR: "Người biên soạn",
    Role.REVIEWER: "Người thẩm định",
    Role.PUBLISHER: "Người xuất bản",
    Role.FOCAL_POINT: "Đầu mối đơn vị",
    Role.HEAD: "Thủ trưởng đơn vị",
    Role.ADMIN: "Quản trị",
}

# Roles that may be given for one course; the bank of the course goes with it.
COURSE_ROLES = frozenset({Role.TRAINER, Role.AUTHOR, Role.REVIEWER, Role.PUBLISHER})

ROLES: dict[Role, frozenset[P]] = {
    Role.OFFICER: frozenset({P.LEARN}),
    Role.TRAINER: frozenset({P.LEARN, P.COURSE_PROGRESS, P.QUESTION_REPORTS, P.MARK, P.APPEALS, P.DRAFTS, P.AUTHOR, P.REVIEW}),
    Role.AUTHOR: frozenset({P.LEARN, P.DRAFTS, P.AUTHOR}),
    Role.REVIEWER: frozenset({P.LEARN, P.DRAFTS, P.REVIEW}),
    Role.PUBLISHER: frozenset({P.LEARN, P.DRAFTS, P.PUBLISH}),
    Role.FOCAL_POINT: frozenset({P.LEARN, P.PEOPLE_SEE, P.PEOPLE_ACTIVATE, P.ENROL, P.UNIT_COMPETENCE, P.ROSTERS}),
    Role.HEAD: frozenset({P.LEARN, P.PEOPLE_SEE, P.UNIT_COMPETENCE, P.CONFIRM, P.APPEALS, P.ROSTERS}),
    Role.ADMIN: frozenset(P),
}
