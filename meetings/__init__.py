"""What a meeting is, where and when; finding it; calendars; storage. No server, no formats."""
