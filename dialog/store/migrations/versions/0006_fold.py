"""What a log folded to, so that opening a dialogue is quick."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "fold",
        sa.Column("dialogue", sa.String(80), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("hash_before", sa.String(64), nullable=False),
        sa.Column("log_hash", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="What a log folded to at some place, so that opening a dialogue is quick. It holds"
        " what the log and the tables beside it hold, goes where any of that goes, and can be made"
        " anew.",
    )


def downgrade() -> None:
    op.drop_table("fold")
