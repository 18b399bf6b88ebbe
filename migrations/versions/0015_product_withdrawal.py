"""Officers take back a work product that still waits.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('product_withdrawal',
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_product_withdrawal_by_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_product_withdrawal_product_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_product_withdrawal')),
    )


def downgrade():
    op.drop_table('product_withdrawal')
