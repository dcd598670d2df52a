"""The log, what lies beside it, and the doors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

DIALOGUE, SESSION = sa.String(80), sa.String(80)


def upgrade() -> None:
    op.create_table(
        "dialogue",
        sa.Column("id", DIALOGUE, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("dialogue", DIALOGUE, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("op_id", sa.String(40)),
        sa.Column("session", SESSION, nullable=False),
        sa.Column("access", sa.String(10), nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("dialogue", "op_id", name="one_op_once"),
    )
    beside_the_log()
    doors()


def beside_the_log() -> None:
    op.create_table(
        "words",
        sa.Column("dialogue", DIALOGUE, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "author",
        sa.Column("dialogue", DIALOGUE, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("participant", sa.Integer, nullable=False),
    )
    op.create_table(
        "receipt",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("dialogue", DIALOGUE, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    op.create_index("receipts_of_a_dialogue", "receipt", ["dialogue"])


def doors() -> None:
    op.create_table(
        "session",
        sa.Column("id", SESSION, primary_key=True),
        sa.Column("dialogue", DIALOGUE, nullable=False),
        sa.Column("code", sa.String(12), unique=True),
        sa.Column("code_expires", sa.BigInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        comment="Where a code leads. Follows from the log and is written with it.",
    )
    op.create_table(
        "staff_link",
        sa.Column("role", sa.String(20), primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        comment="Raising the generation revokes a role's links and cookies.",
    )
    op.create_table(
        "ticket",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.String(8)),
        sa.Column("session", SESSION),
        sa.Column("role", sa.String(20)),
        sa.Column("expires", sa.BigInteger, nullable=False),
        comment="Short-lived secrets: a projector waiting to be paired, a phone to be signed in.",
    )


def downgrade() -> None:
    for table in ("ticket", "staff_link", "session", "receipt", "author", "words", "event"):
        op.drop_table(table)
    op.drop_table("dialogue")
