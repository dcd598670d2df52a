"""What the log says about a dialogue, as numbers, tables and places to look: pure, and the only
source of documents.
"""
