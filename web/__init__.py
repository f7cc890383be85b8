"""The service: pages, programs' answers and calendar feeds over one catalogue."""
