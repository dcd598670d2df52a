"""Texts in, groups and their words out, as pure functions.

The only home of numpy and scikit-learn; it imports nothing else of dialog.
"""
