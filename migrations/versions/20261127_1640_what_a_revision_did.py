"""What a revision did, and what a document says of a task beside its text"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '2f6d1c0a7b41'
down_revision = '4c1d2e7a9b30'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('plan_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('document_name', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('stated', sa.JSON(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_plan_revisions_number')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_plan_revisions_actor_id_users'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_revisions_plan_id_plans'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_revisions')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_revisions_plan_id_number'))
    )
    with op.batch_alter_table('key_tasks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deadline_words', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('remark', sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('key_tasks', schema=None) as batch_op:
        batch_op.drop_column('remark')
        batch_op.drop_column('deadline_words')

    op.drop_table('plan_revisions')
