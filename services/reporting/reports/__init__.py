"""Reports: figures about many campaigns and leads as tables, for people, spreadsheets, programs (REP-08)."""
