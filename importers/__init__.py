"""Readers of foreign lists. Each module without a leading underscore reads one format."""
