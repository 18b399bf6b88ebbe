"""What a change of rules or parameters would do, staged before it is decided; which competence a question seems to measure instead.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def upgrade():
    op.create_table('level_preview',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('gained', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['competence_id'], ['competence.id'], name=op.f('fk_level_preview_competence_id')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_level_preview_job_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_level_preview_officer_id')),
    sa.PrimaryKeyConstraint('job_id', 'officer_id', 'competence_id', 'level', name=op.f('pk_level_preview')),
    )
    op.add_column('item_parameter', sa.Column('better', KEY, nullable=False, server_default=''))
    op.add_column('calibration', sa.Column('reason', sa.Text(), nullable=False, server_default=''))


def downgrade():
    op.drop_column('calibration', 'reason')
    op.drop_column('item_parameter', 'better')
    op.drop_table('level_preview')
