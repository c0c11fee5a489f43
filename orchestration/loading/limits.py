"""How much of a file is held at once, and from where on it is refused: each with its reason.

Together they keep a load below 500 MB of memory, whatever the file: some 310 MB are the engine
itself, a batch is there once as text and once as rows, and a long record some five times.
"""

__all__ = [
    "BATCH_BYTES",
    "BATCH_FILES",
    "BATCH_NAME_CHARS",
    "EXPANSION_FREE_BYTES",
    "EXPANSION_RATIO",
    "HEAD_BYTES",
    "HEAD_RECORDS",
    "PIECE_BYTES",
    "RECORD_BYTES",
    "REJECTED_TEXT_BYTES",
    "SMALL_FILE_BYTES",
    "ZSTD_WINDOW_LOG",
]

# What is read, decompressed and handed on at once: large enough that the way of a piece costs
# little, small enough that the engine shares a batch between its threads.
PIECE_BYTES = 1 << 20

# What is inserted by one statement. More is hardly faster, and each mebibyte takes some 10 MB of
# memory.
BATCH_BYTES = 8 << 20

# A part per file would be slow to write. The names of files stand in the statement, of which
# ClickHouse takes 256 KiB.
BATCH_FILES = 500
BATCH_NAME_CHARS = 64 << 10

# A file up to this size is read once and held, so that its digest is known before its lines are
# looked at. A larger one is read as it is loaded.
SMALL_FILE_BYTES = 8 << 20

# The longest line or element that is loaded. Providers refuse requests beyond 32 MB, and the engine
# needs some ten times the length of a record to read it: of a longer one, 500 MB would not do.
RECORD_BYTES = 16 << 20

# What a file is, is found out from this many records, and from no more text than this: transcripts
# may open with dozens of lines that carry no session.
HEAD_RECORDS = 50
HEAD_BYTES = 256 << 10

# Logs shrink to a hundredth at best, zeros to a thousandth (gzip) or a hundred-thousandth (zstd).
# Small files may do what they like.
EXPANSION_RATIO = 500
EXPANSION_FREE_BYTES = 64 << 20

# The window that zstd uses up to its highest level without --long: 128 MiB.
ZSTD_WINDOW_LOG = 27

# Of a rejected line, this much is kept.
REJECTED_TEXT_BYTES = 64 << 10
