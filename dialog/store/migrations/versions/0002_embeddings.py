"""Vectors of texts, kept by dialogue, model and text."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "embedding",
        sa.Column("dialogue", sa.String(80), primary_key=True),
        sa.Column("model", sa.String(120), primary_key=True),
        sa.Column("text_hash", sa.LargeBinary, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("embedding")
