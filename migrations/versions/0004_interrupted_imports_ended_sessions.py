"""imports know their job; sessions that were signed out of"""

import sqlalchemy as sa
from alembic import op
import lms.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('import_operation', sa.Column('job_id', sa.Integer(), nullable=True))
    op.create_table('ended_session',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', lms.db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ended_session'))
    )
    op.create_index(op.f('ix_ended_session_at'), 'ended_session', ['at'], unique=False)


def downgrade() -> None:
    op.drop_table('ended_session')
    op.drop_column('import_operation', 'job_id')
