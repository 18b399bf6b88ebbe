"""Answers as evidence, awards with policy and calibration, decisions on awards, standings, calibrations.

Evidence becomes possible outside a course (practice, work products). SQLite changes a column by building the table anew, which it refuses
while another table refers to it: awards step aside meanwhile.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def _award(*columns, unique):
    op.create_table('award',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('policy', sa.Integer(), nullable=False),
    sa.Column('awarded_at', Instant(timezone=True), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    *columns,
    sa.ForeignKeyConstraint(['competence_id'], ['competence.id'], name=op.f('fk_award_competence_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_award_evidence_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_award_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint(*unique, name=op.f('uq_award_' + '_'.join(unique))),
    )
    op.create_index('ix_award_competence', 'award', ['competence_id'])


def _sequence():
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("SELECT setval(pg_get_serial_sequence('award', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM award), false)")


def upgrade():
    op.execute("CREATE TABLE award_aside AS SELECT * FROM award")
    op.drop_table('award')
    with op.batch_alter_table('evidence') as batch_op:
        batch_op.alter_column('course_id', existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column('activity_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('answers', sa.JSON(), nullable=True))
    _award(
        sa.Column('calibration', sa.Integer(), nullable=False),
        sa.Column('p', sa.Double(), nullable=True),
        sa.Column('effective', sa.Double(), nullable=True),
        sa.Column('recorded_at', Instant(timezone=True), nullable=False),
        sa.Column('counts_until', sa.Date(), nullable=True),
        unique=('officer_id', 'competence_id', 'level', 'evidence_id'),
    )
    op.execute("""
        INSERT INTO award (id, officer_id, competence_id, level, evidence_id, policy, awarded_at, valid_until, counts_until,
            calibration, recorded_at)
        SELECT a.id, a.officer_id, a.competence_id, a.level, a.evidence_id, a.policy, a.awarded_at, a.valid_until, a.valid_until, 0, e.recorded_at
        FROM award_aside a JOIN evidence e ON e.id = a.evidence_id
    """)
    op.drop_table('award_aside')
    _sequence()
    op.create_table('award_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('kind', KEY, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_note_award_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_note')),
    sa.UniqueConstraint('award_id', 'n', name=op.f('uq_award_note_award_id_n')),
    )
    op.create_table('standing',
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Double(), nullable=False)
      for name in ('mean', 'sd', 'own_1', 'own_2', 'best_1', 'best_2', 'effective_1', 'effective_2')),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('at', sa.Date(), nullable=False),
    sa.Column('through', sa.Integer(), nullable=False),
    sa.Column('policy', sa.Integer(), nullable=False),
    sa.Column('calibration', sa.Integer(), nullable=False),
    sa.Column('digest', KEY, nullable=False),
    sa.ForeignKeyConstraint(['competence_id'], ['competence.id'], name=op.f('fk_standing_competence_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_standing_officer_id')),
    sa.PrimaryKeyConstraint('officer_id', 'competence_id', name=op.f('pk_standing')),
    )
    op.create_table('policy_version',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('since', Instant(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_policy_version')),
    )
    op.create_table('calibration',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', Instant(timezone=True), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('officers', sa.Integer(), nullable=False),
    sa.Column('loglik', sa.Double(), nullable=False),
    sa.Column('digest', KEY, nullable=False),
    sa.Column('in_force_at', Instant(timezone=True), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_calibration')),
    )
    op.create_table('item_parameter',
    sa.Column('calibration', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('competence', KEY, nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('a', sa.Double(), nullable=False),
    sa.Column('d', sa.Double(), nullable=False),
    sa.Column('c', sa.Double(), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('right', sa.Double(), nullable=False),
    sa.Column('discrimination', sa.Double(), nullable=True),
    sa.Column('flag', KEY, nullable=False),
    sa.Column('in_bank', sa.Boolean(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['calibration'], ['calibration.number'], name=op.f('fk_item_parameter_calibration')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_item_parameter_question_id')),
    sa.PrimaryKeyConstraint('calibration', 'question_id', name=op.f('pk_item_parameter')),
    )


def downgrade():
    for table in ('item_parameter', 'calibration', 'policy_version', 'standing', 'award_note'):
        op.drop_table(table)
    op.execute("CREATE TABLE award_aside AS SELECT * FROM award")
    op.drop_table('award')
    op.execute("DELETE FROM evidence WHERE course_id IS NULL OR activity_id IS NULL")
    with op.batch_alter_table('evidence') as batch_op:
        batch_op.drop_column('answers')
        batch_op.alter_column('course_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('activity_id', existing_type=sa.Integer(), nullable=False)
    _award(unique=('officer_id', 'competence_id', 'level', 'policy'))
    op.execute("""
        INSERT INTO award (id, officer_id, competence_id, level, evidence_id, policy, awarded_at, valid_until)
        SELECT id, officer_id, competence_id, level, evidence_id, policy, awarded_at, valid_until FROM award_aside
        WHERE id IN (SELECT min(id) FROM award_aside GROUP BY officer_id, competence_id, level, policy)
        AND evidence_id IN (SELECT id FROM evidence)
    """)
    op.drop_table('award_aside')
    _sequence()
