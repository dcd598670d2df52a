"""Chapters that several documents share, a module a subject."""
