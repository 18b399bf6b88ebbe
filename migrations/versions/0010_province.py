"""Indicators, the reporting calendar, and the province's competence at the end of a day.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)
COUNTS = ('people', 'fit_asked', 'fit_met', 'ct3_asked', 'ct3_met')


def _of_snapshot(table):
    return sa.ForeignKeyConstraint(['snapshot_id'], ['snapshot.id'], name=op.f(f'fk_{table}_snapshot_id'))


def _numbers(*names):
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade():
    op.create_table('indicator',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('positions', sa.JSON(), nullable=False),
    sa.Column('competences', sa.JSON(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('code', 'since', name=op.f('uq_indicator_code_since')),
    )
    op.create_table('reporting_calendar',
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('closes', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('since', name=op.f('pk_reporting_calendar')),
    )
    op.create_table('snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('known_at', Instant(timezone=True), nullable=False),
    sa.Column('published_at', Instant(timezone=True), nullable=True),
    sa.Column('policy', sa.Integer(), nullable=False),
    sa.Column('calibration', sa.Integer(), nullable=False),
    sa.Column('reason', KEY, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    )
    op.create_index('ix_snapshot_as_of', 'snapshot', ['as_of'])
    op.create_table('snapshot_mark',
    *_numbers('snapshot_id', 'person_id', 'officer_id', 'n'),
    _of_snapshot('snapshot_mark'),
    sa.PrimaryKeyConstraint('snapshot_id', 'person_id', 'officer_id', name=op.f('pk_snapshot_mark')),
    )
    op.create_table('snapshot_officer',
    *_numbers('snapshot_id', 'person_id', 'unit_id'),
    sa.Column('position_id', sa.Integer(), nullable=True),
    sa.Column('position_ids', sa.JSON(), nullable=False),
    sa.Column('fit', sa.Boolean(), nullable=True),
    sa.Column('ct3', sa.Boolean(), nullable=True),
    sa.Column('lacking', sa.Text(), nullable=False),
    _of_snapshot('snapshot_officer'),
    sa.PrimaryKeyConstraint('snapshot_id', 'person_id', name=op.f('pk_snapshot_officer')),
    )
    op.create_index('ix_snapshot_officer_unit', 'snapshot_officer', ['snapshot_id', 'unit_id'])
    op.create_table('snapshot_group',
    *_numbers('snapshot_id', 'unit_id', 'position_id', *COUNTS),
    _of_snapshot('snapshot_group'),
    sa.PrimaryKeyConstraint('snapshot_id', 'unit_id', 'position_id', name=op.f('pk_snapshot_group')),
    )
    op.create_table('snapshot_cell',
    *_numbers('snapshot_id', 'unit_id', 'position_id', 'competence_id', 'asked', 'met', 'modelled'),
    sa.Column('expected', sa.Double(), nullable=False),
    sa.Column('variance', sa.Double(), nullable=False),
    *_numbers('unknown'),
    _of_snapshot('snapshot_cell'),
    sa.PrimaryKeyConstraint('snapshot_id', 'unit_id', 'position_id', 'competence_id', name=op.f('pk_snapshot_cell')),
    )


def downgrade():
    for table in ('snapshot_cell', 'snapshot_group', 'snapshot_officer', 'snapshot_mark', 'snapshot', 'reporting_calendar', 'indicator'):
        op.drop_table(table)
