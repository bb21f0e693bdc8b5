"""``python -m tests.chassis.toy_service [GRACE_SECONDS]``: a toy service as a process, for its start and end.

It notes every assignment of a lead and publishes that, and is told by the assignee what else to do:
``slow`` takes a while, ``stuck`` never ends. Its settings come from the environment.
"""

from chassis import green

green.patch()

import sys
import time

from sqlalchemy import orm

from chassis import logs, runner
from chassis.clock import now
from chassis.outbox import publish
from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.campaign import CampaignLaunched
from contracts.lead import LeadAssigned
from tests.chassis.toys import Deal, Note

SLOW_SECONDS = 1.0


class ToyService(Service):
    """Notes what it hears and says that it did."""

    name = "campaign"

    @subscribe("campaign.leads", LeadAssigned)
    def on_lead_assigned(self, session: orm.Session, event: LeadAssigned) -> None:
        print(f"handling {event.assignee}", flush=True)
        time.sleep({"slow": SLOW_SECONDS, "stuck": 3600.0}.get(event.assignee, 0.0))
        session.add(Note(deal_id=event.lead_id, assignee=event.assignee))
        deal = Deal(assignee=event.assignee)
        session.add(deal)
        publish(session, deal, CampaignLaunched(campaign_id=deal.id, targets=1, launched_at=now()))


if __name__ == "__main__":
    logs.configure("campaign", "info")
    runner.run([ToyService], grace_seconds=float(sys.argv[1]), max_workers=5)
