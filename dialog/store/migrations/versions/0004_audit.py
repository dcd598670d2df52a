"""Who among the staff came and went, and what they took out; when a device link's sign-in ends."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("seat", sa.String(20), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        comment="What staff did around the dialogues. Rows are added and never changed.",
    )
    op.add_column("ticket", sa.Column("ends", sa.BigInteger))


def downgrade() -> None:
    op.drop_column("ticket", "ends")
    op.drop_table("audit")
