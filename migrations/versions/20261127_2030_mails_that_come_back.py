"""why a mail did not go out, addresses that mails came back from, how far mailboxes were read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e52a9c07d1b8"
down_revision = "b61f0d92e7a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("outbox_messages", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("outbox_messages", sa.Column("archive", sa.String(), nullable=True))
    op.add_column("outbox_messages", sa.Column("resolved_by", sa.String(), nullable=True))
    op.create_table(
        "bounced_addresses",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_bounced_addresses_address_lower_case")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_addresses")),
    )
    op.create_table(
        "mailbox_marks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox_marks")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("mailbox_marks")
    op.drop_table("bounced_addresses")
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_column("resolved_by")
        batch.drop_column("archive")
        batch.drop_column("reason")
