"""Drafts of courses and their lessons, with earlier texts.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def _written(table):
    """Who wrote it and when, for which course."""
    return (
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f(f'fk_{table}_course_id_course')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f(f'fk_{table}_by_id_person')),
    )


def _lesson():
    return (
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('key', KEY, nullable=False),
        sa.Column('entry', sa.JSON(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
    )


def upgrade():
    op.create_table(
        'course_draft',
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('entry', sa.JSON(), nullable=False),
        sa.Column('base_id', sa.Integer(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        *_written('course_draft'),
        sa.PrimaryKeyConstraint('course_id', name=op.f('pk_course_draft')),
    )
    op.create_table(
        'lesson_draft',
        *_lesson(),
        sa.Column('revision', sa.Integer(), nullable=False),
        *_written('lesson_draft'),
        sa.PrimaryKeyConstraint('course_id', 'key', name=op.f('pk_lesson_draft')),
    )
    op.create_table(
        'lesson_revision',
        sa.Column('id', sa.Integer(), nullable=False),
        *_lesson(),
        *_written('lesson_revision'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_revision')),
    )
    op.create_index('ix_lesson_revision_lesson', 'lesson_revision', ['course_id', 'key', 'id'])


def downgrade():
    op.drop_table('lesson_revision')
    op.drop_table('lesson_draft')
    op.drop_table('course_draft')
