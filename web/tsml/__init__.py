"""The Meeting Guide face: our meetings as the strict feed that all its readers accept."""
