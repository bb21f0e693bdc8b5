"""A private Dovecot that tests read mail from, on a free port of the loopback interface."""

import getpass
import grp
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child
from fanfare.local.server import Server

PACKAGE = "dovecot-imapd"
"""Debian's name."""

USER, PASSWORD = "bounces", "secret/word"

CONFIGURATION = """
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def find_program() -> str | None:
    """Where Dovecot with IMAP is; None where it is not."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found if found and Path("/usr/lib/dovecot/imap").exists() else None


class Dovecot(Server):
    """One mailbox, whose INBOX is the maildir ``mail``."""

    start_seconds = 20

    def __init__(self, program: str) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-dovecot-"))
        self.mail = self.folder / "mail"
        user = "nobody" if os.geteuid() == 0 else None
        account = pwd.getpwnam(user or getpass.getuser())
        group = grp.getgrgid(account.pw_gid).gr_name
        settings = self.folder / "dovecot.conf"
        settings.write_text(
            CONFIGURATION.format(
                host=HOST,
                folder=self.folder,
                user=account.pw_name,
                group=group,
                port=self.port,
                password=PASSWORD,
            )
        )
        for name in ("run", "home", "mail", "mail/new", "mail/cur", "mail/tmp"):
            (self.folder / name).mkdir()
        self._owner = (account.pw_uid, account.pw_gid) if user else None
        for path in (self.folder, *self.folder.rglob("*")):
            self._give(path)
        command = [program, "-F", "-c", str(settings)]
        self.process = Child("dovecot", command, log=self.folder / "start.log")
        self._number = 0

    @property
    def url(self) -> str:
        return f"imap://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{self.port}/INBOX"

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the INBOX."""
        self._number += 1
        path = self.mail / "tmp" / f"{1700000000 + self._number}.M{self._number}.host"
        path.write_bytes(raw)
        self._give(path)
        path.rename(self.mail / "new" / path.name)

    def seen(self) -> int:
        """How many mails of the INBOX are marked as seen."""
        return sum("S" in path.name.partition(":2,")[2] for path in (self.mail / "cur").iterdir())

    def begin_anew(self) -> None:
        """Forget all UIDs, as a server does whose index is lost."""
        for path in self.mail.glob("dovecot*"):
            path.unlink()

    def answers(self) -> bool:
        return is_open(self.port)

    def _give(self, path: Path) -> None:
        if self._owner:
            os.chown(path, *self._owner)
