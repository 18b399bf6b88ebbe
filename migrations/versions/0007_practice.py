"""Practice: questions chosen for an officer, and the answers to them.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant, Mark

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def upgrade():
    op.create_table('practice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('kind', KEY, nullable=False),
    sa.Column('competence', KEY, nullable=False),
    sa.Column('picks', sa.JSON(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('week', KEY, nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('made_at', Instant(timezone=True), nullable=False),
    sa.Column('ended_at', Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_practice_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice')),
    sa.UniqueConstraint('officer_id', 'week', name=op.f('uq_practice_officer_id_week')),
    )
    op.create_index('uq_practice_one_open', 'practice', ['officer_id', 'kind', 'competence', 'day'], unique=True,
        sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('practice_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('question_version_id', sa.Integer(), nullable=False),
    sa.Column('given', sa.JSON(), nullable=True),
    sa.Column('share', Mark(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_practice_answer_officer_id')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_practice_answer_practice_id')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_practice_answer_question_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_answer')),
    sa.UniqueConstraint('officer_id', 'n', name=op.f('uq_practice_answer_officer_id_n')),
    sa.UniqueConstraint('practice_id', 'place', name=op.f('uq_practice_answer_practice_id_place')),
    )


def downgrade():
    op.drop_table('practice_answer')
    op.drop_table('practice')
