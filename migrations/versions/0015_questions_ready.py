"""Whether a competence has questions of a level is one probe of an index.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_question_ready', 'question', ['competence', 'level', 'state'])


def downgrade():
    op.drop_index('ix_question_ready', 'question')
