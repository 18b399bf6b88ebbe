"""More time, attempts and days for persons and units in one table; quizzes tried out.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def upgrade():
    op.create_table('allowance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('activity_id', sa.Integer(), nullable=True),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.Column('ended_at', Instant(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_allowance_one_kind')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_allowance_activity_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_allowance_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_allowance_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allowance')),
    )
    op.create_index(op.f('ix_allowance_person_id'), 'allowance', ['person_id'])
    op.create_index(op.f('ix_allowance_unit_id'), 'allowance', ['unit_id'])
    op.execute(
        "INSERT INTO allowance (id, person_id, activity_id, percent, attempts, reason, by_id, at, ended_at, end_reason) "
        "SELECT id, person_id, activity_id, percent, 0, reason, by_id, at, ended_at, '' FROM time_allowance"
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("SELECT setval(pg_get_serial_sequence('allowance', 'id'), COALESCE((SELECT MAX(id) FROM allowance), 1))")
    op.drop_table('time_allowance')
    op.create_table('quiz_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('key', KEY, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('entry', sa.JSON(), nullable=False),
    sa.Column('paper', sa.JSON(), nullable=False),
    sa.Column('given', sa.JSON(), nullable=False),
    sa.Column('flagged', sa.JSON(), nullable=False),
    sa.Column('ended_at', Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_quiz_try_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_quiz_try_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_try')),
    sa.UniqueConstraint('course_id', 'key', 'by_id', name=op.f('uq_quiz_try_course_id_key_by_id')),
    )


def downgrade():
    op.drop_table('quiz_try')
    op.create_table('time_allowance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=True),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.Column('ended_at', Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_time_allowance_activity_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_time_allowance_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_allowance')),
    )
    op.create_index(op.f('ix_time_allowance_person_id'), 'time_allowance', ['person_id'])
    op.execute(
        "INSERT INTO time_allowance (id, person_id, activity_id, percent, reason, by_id, at, ended_at) "
        "SELECT id, person_id, activity_id, percent, reason, by_id, at, ended_at FROM allowance WHERE person_id IS NOT NULL AND percent > 0"
    )
    op.drop_table('allowance')
