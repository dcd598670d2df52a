"""Files of frozen versions, kept as they were rendered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("dialogue", sa.String(80), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.String(20), primary_key=True),
        sa.Column("format", sa.String(10), primary_key=True),
        sa.Column("edition", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        comment="What was rendered when a version was frozen. Rows are added and never changed.",
    )


def downgrade() -> None:
    op.drop_table("file")
