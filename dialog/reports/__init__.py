"""Findings in, documents out. Writers know blocks, documents know findings; neither the other."""
