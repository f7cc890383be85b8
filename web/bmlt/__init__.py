"""The BMLT face: our meetings as a BMLT root server of version 4.2 answers, read-only."""
