"""Questions reported from practice; answers of practice found by their question; minutes of a lesson set by hand.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('question_report') as table:  # no other table refers to it
        table.alter_column('item_id', existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column('practice_answer_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_question_report_practice_answer_id'), 'practice_answer', ['practice_answer_id'], ['id'])
        table.create_unique_constraint(op.f('uq_question_report_practice_answer_id'), ['practice_answer_id'])
        table.create_check_constraint(op.f('ck_question_report_one_kind'), '(item_id IS NULL) <> (practice_answer_id IS NULL)')
    op.add_column('lesson_version', sa.Column('estimated', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute('UPDATE lesson_version SET estimated = true WHERE by_id IS NOT NULL')  # so far every text published in the browser was
    op.create_index(op.f('ix_practice_answer_question_version_id'), 'practice_answer', ['question_version_id'])


def downgrade():
    op.drop_column('lesson_version', 'estimated')
    op.drop_index(op.f('ix_practice_answer_question_version_id'), 'practice_answer')
    op.execute('DELETE FROM question_report WHERE item_id IS NULL')
    with op.batch_alter_table('question_report') as table:
        table.drop_constraint(op.f('ck_question_report_one_kind'), type_='check')
        table.drop_constraint(op.f('uq_question_report_practice_answer_id'), type_='unique')
        table.drop_constraint(op.f('fk_question_report_practice_answer_id'), type_='foreignkey')
        table.drop_column('practice_answer_id')
        table.alter_column('item_id', existing_type=sa.Integer(), nullable=False)
