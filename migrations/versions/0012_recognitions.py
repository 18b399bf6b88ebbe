"""Recognitions: decisions that recognise levels 4 and 5, and whom they name.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def upgrade():
    op.create_table('recognition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', KEY, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fold', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_recognition_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recognition')),
    sa.UniqueConstraint('key', name=op.f('uq_recognition_key')),
    )
    op.create_index(op.f('ix_recognition_signed_on'), 'recognition', ['signed_on'])
    op.create_table('recognition_line',
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('recognition_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_recognition_line_product_id')),
    sa.ForeignKeyConstraint(['recognition_id'], ['recognition.id'], name=op.f('fk_recognition_line_recognition_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_recognition_line')),
    )
    op.create_index(op.f('ix_recognition_line_recognition_id'), 'recognition_line', ['recognition_id'])


def downgrade():
    op.drop_table('recognition_line')
    op.drop_table('recognition')
