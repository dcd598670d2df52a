"""Codes that let one person each into a closed session."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "entry_code",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(80), nullable=False),
        sa.Column("seat", sa.Integer, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("session", "seat", name="one_code_a_seat"),
        comment="Codes that let one person each into a closed session. Who has which is on paper"
        " only, and who came in with which nowhere. Gone when the session ends.",
    )


def downgrade() -> None:
    op.drop_table("entry_code")
