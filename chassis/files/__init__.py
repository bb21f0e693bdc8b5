"""Files that people attach to what they do: receipts, offers, photographs.

A file is uploaded by itself and belongs to whoever uploaded it, until an action attaches it to a row. From
then on whoever may see the row's department, and reads in the service at all, may fetch it.
"""

from chassis.files.attaching import attach
from chassis.files.model import StoredFile

__all__ = ["StoredFile", "attach"]
