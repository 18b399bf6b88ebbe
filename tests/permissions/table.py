"""Every route and who may use it, written down a second time: a new route, or a changed label, must be entered here too."""

from lms.permissions import P

PUBLIC = {
    "certificates.compare", "certificates.verified", "certificates.verify", "home.guide", "home.help", "people.activate",
    "people.forgotten", "people.reset", "people.sign_in", "people.sign_out", "web.healthz", "web.readyz",
}  # fmt: skip
NEEDS = {
    P.LEARN: {
        "assignments.appeal_confirmation", "assignments.appeal_mark", "assignments.draft_file", "assignments.new_product",
        "assignments.product", "assignments.product_file", "assignments.products", "assignments.ratings", "assignments.remove_file",
        "assignments.result", "assignments.save", "assignments.show", "assignments.submission_file", "assignments.withdraw_product",
        "certificates.mine", "certificates.pdf", "courses.catalogue", "courses.enrol", "courses.finish", "courses.lesson",
        "courses.lesson_file", "courses.media", "courses.place", "courses.resume", "courses.show", "home.index", "jobs.file",
        "jobs.index", "jobs.show", "library.index", "library.show", "notices.index", "notices.read", "notices.read_all",
        "people.account", "people.display", "people.password", "people.sign_out_everywhere", "people.signed_in", "quizzes.answer",
        "quizzes.check", "quizzes.flag", "quizzes.intro", "quizzes.paper", "quizzes.question", "quizzes.report", "quizzes.result",
        "quizzes.practice", "quizzes.practice_answer", "quizzes.practice_question", "quizzes.practice_report", "quizzes.practice_summary",
        "quizzes.save", "quizzes.start", "quizzes.submit", "recognitions.mine", "recognitions.named", "recognitions.own_file",
        "tracking.attempt", "tracking.practise", "tracking.practise_week", "tracking.practised", "tracking.profile",
        "tracking.summary", "tracking.why",
    },
    P.PEOPLE_SEE: {"people.officer", "people.officers"},
    P.PEOPLE_ACTIVATE: {"people.print_slips", "people.slips"},
    P.PEOPLE_EDIT: {
        "people.assign_officer", "people.choose_person", "people.confirm_import", "people.create_officer", "people.edit_officer",
        "people.end_assignment", "people.import_errors", "people.import_preview", "people.import_template", "people.imports",
        "people.merge_officer", "people.resume_import", "people.reversal", "people.reverse_import", "people.upload",
    },
    P.GRANT: {"people.end_role", "people.roles"},
    P.UNITS: {"people.unit", "people.unit_event", "people.units"},
    P.ENROL: {"courses.extend", "courses.nominate"},
    P.ENROL_RULES: {"courses.end_rule", "courses.rules"},
    P.COURSE_PROGRESS: {
        "courses.nudge", "courses.progress", "quizzes.needing_help",
        "quizzes.allow", "quizzes.allowances", "quizzes.end_allowance", "quizzes.standing", "tracking.course",
    },
    P.QUESTION_REPORTS: {"quizzes.reply", "quizzes.reports"},
    P.MARK: {
        "assignments.mark", "assignments.marking_file", "assignments.overview", "assignments.queue", "assignments.save_mark",
    },
    P.CONFIRM: {
        "assignments.confirm", "assignments.confirm_ability", "assignments.confirmation_file", "assignments.confirmations",
        "assignments.decide",
    },
    P.APPEALS: {"assignments.answer", "assignments.appeal_file", "assignments.appeals", "assignments.save_answer"},
    P.DRAFTS: {
        "authoring.bank", "authoring.banks", "authoring.before_publishing", "authoring.comment", "authoring.course", "authoring.habits",
        "authoring.course_view", "authoring.courses", "authoring.draft_file", "authoring.edit_lesson", "authoring.export_course",
        "authoring.lesson_versions", "authoring.lesson_view", "authoring.question", "authoring.versions", "authoring.end_try",
        "authoring.quiz_check", "authoring.start_try", "authoring.try_answer", "authoring.try_check", "authoring.try_question",
        "authoring.try_quiz", "authoring.try_result", "tracking.question", "tracking.questions",
    },
    P.AUTHOR: {
        "authoring.add_picked", "authoring.add_video", "authoring.arrange_quiz", "authoring.ask_to_publish", "authoring.assignment",
        "authoring.create_in_quiz",
        "authoring.quiz_pick", "authoring.quiz_write", "authoring.arrange", "authoring.copy_course", "authoring.course_settings",
        "authoring.create_question",
        "authoring.discard", "authoring.discard_course", "authoring.import_course", "authoring.new_course", "authoring.new_question",
        "authoring.quiz", "authoring.restore_lesson", "authoring.save_lesson", "authoring.save_question",
        "authoring.save_video", "authoring.videos",
        "authoring.upload_file", "authoring.write", "authoring.write_lesson",
    },
    P.REVIEW: {"authoring.review"},
    P.PUBLISH: {"authoring.publish_course", "authoring.publish_question", "authoring.relabel", "authoring.set_question_state"},
    P.CONTENT: {"content.index", "content.load"},
    P.AWARDS: {"tracking.award"},
    P.RECOGNISE: {
        "recognitions.file", "recognitions.new", "recognitions.preview", "recognitions.recognitions", "recognitions.save",
        "recognitions.save_withdrawal", "recognitions.show", "recognitions.withdraw",
    },
    P.UNIT_COMPETENCE: {"tracking.export_unit", "tracking.officer", "tracking.officer_why", "tracking.unit"},
    P.PROVINCE_COMPETENCE: {
        "tracking.ask_snapshot", "tracking.compare", "tracking.export_officers", "tracking.province", "tracking.province_officers",
        "tracking.remove_snapshot",
    },
    P.COMPETENCE_RULES: {
        "tracking.calibration", "tracking.calibrations", "tracking.compute_calibration", "tracking.compute_rules",
        "tracking.decide_preview", "tracking.preview_rules", "tracking.propose_calibration", "tracking.put_rules", "tracking.rules",
        "tracking.show_preview",
    },
    P.CERTIFICATES: {
        "certificates.approve", "certificates.export", "certificates.pending", "certificates.register", "certificates.revoke",
        "certificates.show",
    },
    P.ROSTERS: {"rosters.export", "rosters.index"},
    P.AUDIT: {"home.log"},
}  # fmt: skip
MAY = {
    "officer": {P.LEARN},
    "trainer": {P.LEARN, P.COURSE_PROGRESS, P.QUESTION_REPORTS, P.MARK, P.APPEALS, P.DRAFTS, P.AUTHOR, P.REVIEW},
    "focal_point": {P.LEARN, P.PEOPLE_SEE, P.PEOPLE_ACTIVATE, P.ENROL, P.UNIT_COMPETENCE, P.ROSTERS},
    "head": {P.LEARN, P.PEOPLE_SEE, P.UNIT_COMPETENCE, P.CONFIRM, P.APPEALS, P.ROSTERS},
    "admin": set(P),
}
# Routes with an id that hold nothing of a person, unit or course of one's own.
OPEN = {
    "courses.show", "courses.enrol", "courses.resume", "library.show", "home.guide", "certificates.verified", "people.reset",
    "tracking.practise", "tracking.why",
}  # fmt: skip
# Which parameter of the world stands for a route's parameter of another name.
STANDS_FOR = {
    **{
        f"assignments.{name}": {"activity_id": "assignment_id"}
        for name in ("draft_file", "overview", "remove_file", "save", "show")
    },
    "courses.lesson": {"activity_id": "lesson_id"}, "courses.finish": {"activity_id": "lesson_id"},
    "courses.place": {"activity_id": "lesson_id"}, "courses.lesson_file": {"activity_id": "lesson_id"},
    **{
        f"authoring.{name}": {"key": "lesson_key"}
        for name in (
            "add_video", "edit_lesson", "lesson_versions", "lesson_view", "restore_lesson", "save_lesson", "upload_file", "videos", "write_lesson",
        )
    },
    "authoring.assignment": {"key": "assignment_key", "course_id": "assignment_course_id"},
    "authoring.save_video": {"key": "lesson_key", "name": "video_name"},
    **{
        f"authoring.{name}": {"key": "quiz_key"}
        for name in (
            "quiz", "add_picked", "arrange_quiz", "create_in_quiz", "quiz_check", "quiz_pick", "quiz_write", "start_try", "try_quiz",
        )
    },
    "authoring.try_result": {"try_id": "tried_id"},
    **{f"quizzes.{name}": {"attempt_id": "going_id"} for name in ("answer", "check", "flag", "paper", "question", "save", "submit")},
}  # fmt: skip
# Who meets a wall of which kind on another's record: roles whose scope is narrower than everything.
NARROW = {
    "officer": "everything of Otto",
    "trainer": "another course",
    "focal_point": "another unit",
    "head": "another unit",
}
