"""The workers that take in what comes back by mail, as far as the settings ask for them."""

from chassis.database import Database
from chassis.work import Worker
from services.outreach.hearing.imap import ImapReader, Mailbox
from services.outreach.hearing.listener import MailListener
from services.outreach.hearing.maildir import MaildirReader
from services.outreach.hearing.sorter import MailSorter
from services.outreach.settings import OutreachSettings


def hearing_workers(settings: OutreachSettings, database: Database) -> list[Worker]:
    """Who sorts, and who listens or reads. Raises OSError for a TLS certificate that cannot be read."""
    workers: list[Worker] = [MailSorter(settings, database)]
    most_bytes = settings.inbound_max_bytes
    if settings.inbound_smtp_port is not None:
        workers.append(MailListener(settings, database))
    if settings.inbound_maildir is not None:
        workers.append(MaildirReader(settings.inbound_maildir, database, most_bytes=most_bytes))
    if settings.inbound_imap_url is not None:
        mailbox = Mailbox.at(settings.inbound_imap_url)
        pause = settings.inbound_imap_seconds
        workers.append(ImapReader(mailbox, database, pause=pause, most_bytes=most_bytes))
    return workers
