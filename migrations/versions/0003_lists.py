"""Lists: what the register, a course's progress and the completions that wait are counted and ordered by.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_certificate_register", "certificate", ["year", "issuer", "n"])
    op.drop_index("ix_enrolment_roster", "enrolment")
    op.create_index("ix_enrolment_roster", "enrolment", ["course_id", "unit_id", "completed_at", "last_at", "due", "withdrawn_at"])
    op.create_index("ix_enrolment_unit", "enrolment", ["unit_id", "course_id", "completed_at"])


def downgrade() -> None:
    op.drop_index("ix_enrolment_unit", "enrolment")
    op.drop_index("ix_enrolment_roster", "enrolment")
    op.create_index("ix_enrolment_roster", "enrolment", ["course_id", "completed_at"])
    op.drop_index("ix_certificate_register", "certificate")
