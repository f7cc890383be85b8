"""Answers for programs, in JSON."""
