"""Whether a competence has questions of a level is one probe of an index.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_question_ready', 'question', ['competence', 'level', 'state'])


def downgrade():
    op.drop_index('ix_question_ready', 'question')
