"""Authoring: drafts and notes of questions, and what lists and search read of a question.

Revision ID: 0002
Revises: 0001
"""

import json

import sqlalchemy as sa
from alembic import op

from lms.db import Instant
from lms.markup import plain
from lms.vietnamese import fold

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

KEY = sa.String(length=64)
QUESTION = sa.table(
    'question', *(sa.column(name) for name in ('id', 'key', 'current_id', 'kind', 'cognitive', 'title', 'fold', 'tags', 'author_id', 'changed_at')),
)
VERSION = sa.table(
    'question_version', *(sa.column(name) for name in ('id', 'kind', 'cognitive', 'source', 'by_id')), sa.column('created_at', Instant(timezone=True)),
)


def upgrade():
    # Plain ADD COLUMN: a batch would make the table anew, and SQLite refuses to drop one that others refer to.
    for name, kind in (('kind', KEY), ('cognitive', KEY), ('title', sa.Text()), ('fold', sa.Text()), ('tags', sa.Text())):
        op.add_column('question', sa.Column(name, kind, nullable=False, server_default=''))
    op.add_column('question', sa.Column('author_id', sa.Integer(), nullable=True))
    op.add_column('question', sa.Column('changed_at', Instant(timezone=True), nullable=True))
    op.add_column('question_version', sa.Column('origin', KEY, nullable=False, server_default='pack'))
    op.create_index('ix_question_list', 'question', ['bank_id', 'changed_at'])
    _describe()
    op.create_table(
        'question_draft',
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('entry', sa.JSON(), nullable=False),
        sa.Column('stage', KEY, nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_draft_question_id_question')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_question_draft_by_id_person')),
        sa.PrimaryKeyConstraint('question_id', name=op.f('pk_question_draft')),
    )
    op.create_table(
        'question_note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('kind', KEY, nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_note_question_id_question')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_question_note_by_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_question_note')),
    )
    op.create_index('ix_question_note_question', 'question_note', ['question_id', 'id'])


def _describe():
    """What lms.questions.services.describe notes for new wordings, for those already there."""
    there = op.get_bind()
    rows = there.execute(
        sa.select(QUESTION.c.id, QUESTION.c.key, VERSION).join_from(QUESTION, VERSION, VERSION.c.id == QUESTION.c.current_id)
    ).all()
    for row in rows:
        source = json.loads(row.source) if isinstance(row.source, str) else row.source
        words = [
            str(part[name])
            for group in ('options', 'answers', 'pairs', 'items')
            for part in source.get(group) or []
            for name in ('text', 'left', 'right')
            if part.get(name)
        ]
        tags = [fold(tag) for tag in source.get('tags') or []]
        there.execute(
            sa.update(QUESTION).where(QUESTION.c.id == row.id).values(
                kind=row.kind, cognitive=row.cognitive, title=plain(source.get('stem', ''))[:300],
                fold=fold(' '.join([row.key, source.get('stem', ''), *words, *tags])),
                tags=f"|{'|'.join(tags)}|" if tags else '', author_id=row.by_id, changed_at=sa.literal(row.created_at, Instant(timezone=True)),
            )
        )


def downgrade():
    op.drop_table('question_note')
    op.drop_table('question_draft')
    op.drop_column('question_version', 'origin')
    op.drop_index('ix_question_list', 'question')
    for name in ('kind', 'cognitive', 'title', 'fold', 'tags', 'author_id', 'changed_at'):
        op.drop_column('question', name)
