"""The tables. The log holds facts; what people wrote and who they are lies beside it, so that a
disposal can take those rows away and leave a log that still folds and verifies.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

dialogue = Table(
    "dialogue",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("rehearsal", Boolean, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("op_id", String(40)),
    Column("session", String(80), nullable=False),
    Column("access", String(10), nullable=False),
    Column("actor", String(20), nullable=False),
    Column("type", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", String(64)),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("dialogue", "op_id", name="one_op_once"),
)

words = Table(
    "words",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)

author = Table(
    "author",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("participant", Integer, nullable=False),
)

receipt = Table(
    "receipt",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("dialogue", String(80), nullable=False),
    Column("seq", Integer, nullable=False),
    Index("receipts_of_a_dialogue", "dialogue"),
)

embedding = Table(
    "embedding",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("model", String(120), primary_key=True),
    Column("text_hash", LargeBinary, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", String(20), primary_key=True),
    Column("format", String(10), primary_key=True),
    Column("edition", String(10), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    comment="What was rendered when a version was frozen. Rows are added and never changed.",
)

session = Table(
    "session",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("dialogue", String(80), nullable=False),
    Column("code", String(12), unique=True),
    Column("code_expires", BigInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
    comment="Where a code leads. Follows from the log and is written with it.",
)

staff_link = Table(
    "staff_link",
    metadata,
    Column("role", String(20), primary_key=True),
    Column("generation", Integer, nullable=False),
    comment="Raising the generation revokes a role's links and cookies.",
)

ticket = Table(
    "ticket",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("number", String(8)),
    Column("session", String(80)),
    Column("role", String(20)),
    Column("expires", BigInteger, nullable=False),
    Column("ends", BigInteger),
    comment="Short-lived secrets: a projector waiting to be paired, a phone to be signed in.",
)

entry_code = Table(
    "entry_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session", String(80), nullable=False),
    Column("seat", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("expires", BigInteger, nullable=False),
    UniqueConstraint("session", "seat", name="one_code_a_seat"),
    comment="Codes that let one person each into a closed session. Who has which is on paper only, "
    "and who came in with which nowhere. Gone when the session ends.",
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("seat", String(20), nullable=False),
    Column("what", String(20), nullable=False),
    Column("about", String(200), nullable=False),
    Column("subject", String(255), nullable=False),
    comment="What staff did around the dialogues. Rows are added and never changed.",
)

fold = Table(
    "fold",
    metadata,
    Column("dialogue", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("release", String(64), nullable=False),
    Column("hash_before", String(64), nullable=False),
    Column("log_hash", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="What a log folded to at some place, so that opening a dialogue is quick. It holds what"
    " the log and the tables beside it hold, goes where any of that goes, and can be made anew.",
)

BESIDE_THE_LOG = (words, author, receipt, embedding, file, fold)
