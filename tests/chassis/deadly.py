"""``python -m tests.chassis.deadly DATABASE_URL BROKER_URL``: a reader that some events kill."""

from chassis import green

green.patch()

import os
import sys

from chassis.database import Database
from tests.chassis.toys import Desk

if __name__ == "__main__":
    desk = Desk(Database(sys.argv[1]), retry_base_seconds=0.1)
    desk.listener.trouble["deadly"] = lambda: os._exit(9)
    desk.read_from(sys.argv[2]).wait()
