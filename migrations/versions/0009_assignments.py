"""Assignments, work products, confirmations, appeals, self-ratings.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from lms.db import Instant, Mark

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)


def upgrade():
    op.create_table(
        'assignment_version',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('activity_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('entry', sa.JSON(), nullable=False),
        sa.Column('html', sa.JSON(), nullable=False),
        sa.Column('policy', sa.Integer(), nullable=False),
        sa.Column('digest', KEY, nullable=False),
        sa.Column('created_at', Instant(timezone=True), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_assignment_version_activity_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_version')),
        sa.UniqueConstraint('activity_id', 'number', name=op.f('uq_assignment_version_activity_id_number')),
    )
    op.create_table(
        'product',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('officer_id', sa.Integer(), nullable=False),
        sa.Column('kind', KEY, nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('symbol', sa.Text(), nullable=False),
        sa.Column('issued_on', sa.Date(), nullable=True),
        sa.Column('issuer', sa.Text(), nullable=False),
        sa.Column('summary', sa.Text(), nullable=False),
        sa.Column('part', sa.Text(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
        sa.Column('competence', KEY, nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_product_officer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
    )
    op.create_index(op.f('ix_product_officer_id'), 'product', ['officer_id'], unique=False)
    op.create_table(
        'self_rating',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('officer_id', sa.Integer(), nullable=False),
        sa.Column('competence', KEY, nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_self_rating_officer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_self_rating')),
    )
    op.create_index('ix_self_rating_officer', 'self_rating', ['officer_id', 'competence'], unique=False)
    op.create_table(
        'confirmation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('officer_id', sa.Integer(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('confirmed', sa.Boolean(), nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=True),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_confirmation_by_id')),
        sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_confirmation_officer_id')),
        sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_confirmation_product_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_confirmation_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation')),
        sa.UniqueConstraint('officer_id', 'n', name=op.f('uq_confirmation_officer_id_n')),
        sa.UniqueConstraint('product_id', 'revision', name=op.f('uq_confirmation_product_id_revision')),
    )
    op.create_table(
        'submission',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('officer_id', sa.Integer(), nullable=False),
        sa.Column('enrolment_id', sa.Integer(), nullable=False),
        sa.Column('activity_id', sa.Integer(), nullable=False),
        sa.Column('assignment_version_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
        sa.Column('paper', sa.JSON(), nullable=False),
        sa.Column('due', sa.Date(), nullable=True),
        sa.Column('submitted_at', Instant(timezone=True), nullable=False),
        sa.Column('percent', Mark(), nullable=True),
        sa.Column('passed', sa.Boolean(), nullable=True),
        sa.Column('commended', sa.Boolean(), nullable=True),
        sa.Column('settled_at', Instant(timezone=True), nullable=True),
        sa.Column('waits_for', KEY, nullable=True),
        sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_submission_activity_id')),
        sa.ForeignKeyConstraint(['assignment_version_id'], ['assignment_version.id'], name=op.f('fk_submission_assignment_version_id')),
        sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_submission_enrolment_id')),
        sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_submission_officer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
        sa.UniqueConstraint('enrolment_id', 'activity_id', 'number', name=op.f('uq_submission_enrolment_id_activity_id_number')),
    )
    op.create_index('ix_submission_activity', 'submission', ['activity_id', 'submitted_at'], unique=False)
    op.create_index(op.f('ix_submission_officer_id'), 'submission', ['officer_id'], unique=False)
    op.create_table(
        'submission_draft',
        sa.Column('enrolment_id', sa.Integer(), nullable=False),
        sa.Column('activity_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
        sa.Column('paper', sa.JSON(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('saved_at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_submission_draft_activity_id')),
        sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_submission_draft_enrolment_id')),
        sa.PrimaryKeyConstraint('enrolment_id', 'activity_id', name=op.f('pk_submission_draft')),
    )
    op.create_table(
        'appeal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('officer_id', sa.Integer(), nullable=False),
        sa.Column('kind', KEY, nullable=False),
        sa.Column('submission_id', sa.Integer(), nullable=True),
        sa.Column('product_id', sa.Integer(), nullable=True),
        sa.Column('against', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
        sa.Column('policy', sa.Integer(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('upheld', sa.Boolean(), nullable=True),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('answered_by', sa.Integer(), nullable=True),
        sa.Column('answered_at', Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_appeal_answered_by')),
        sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_appeal_officer_id')),
        sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_appeal_product_id')),
        sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_appeal_submission_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
        sa.UniqueConstraint('kind', 'against', name=op.f('uq_appeal_kind_against')),
    )
    op.create_index(op.f('ix_appeal_officer_id'), 'appeal', ['officer_id'], unique=False)
    op.create_index('ix_appeal_open', 'appeal', ['answered_at', 'due'], unique=False)
    op.create_table(
        'marking',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('submission_id', sa.Integer(), nullable=False),
        sa.Column('seat', KEY, nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('marker_id', sa.Integer(), nullable=False),
        sa.Column('levels', sa.JSON(), nullable=False),
        sa.Column('comments', sa.JSON(), nullable=False),
        sa.Column('comment', sa.Text(), nullable=False),
        sa.Column('percent', Mark(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['marker_id'], ['person.id'], name=op.f('fk_marking_marker_id')),
        sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_marking_submission_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_marking')),
        sa.UniqueConstraint('submission_id', 'seat', 'revision', name=op.f('uq_marking_submission_id_seat_revision')),
    )
    op.create_index('ix_marking_marker', 'marking', ['marker_id'], unique=False)


def downgrade():
    op.drop_table('marking')
    op.drop_table('appeal')
    op.drop_table('submission_draft')
    op.drop_table('submission')
    op.drop_table('confirmation')
    op.drop_table('self_rating')
    op.drop_table('product')
    op.drop_table('assignment_version')
