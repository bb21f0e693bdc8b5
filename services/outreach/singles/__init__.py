"""Mails that go to one person because something happened: no mailing, and no list to leave."""
