"""What events change in the rows of ``projections.model``. Pure: no database, no clock."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from contracts import campaign, finance, lead, outreach
from services.reporting.projections import shapes
from services.reporting.projections.folders import Change, Folders
from services.reporting.projections.shapes import Row

PROGRESS = {
    "targeted": 0,
    "contacted": 1,
    "responded": 2,
    "opted_out": 3,
    "lead": 4,
    "opportunity": 5,
    "won": 6,
}
"""The rank of a target's status; a status only ever moves up."""

folds = Folders()


@folds(campaign.CampaignDesigned)
def _designed(event: campaign.CampaignDesigned, sequence: int) -> Iterator[Change]:
    yield _plan(event, sequence)
    yield _state(event.campaign_id, sequence, "draft")


@folds(campaign.CampaignChanged)
def _changed(event: campaign.CampaignChanged, sequence: int) -> Iterator[Change]:
    yield _plan(event, sequence)


@folds(campaign.CampaignSubmitted)
def _submitted(event: campaign.CampaignSubmitted, sequence: int) -> Iterator[Change]:
    if event.amendment_id is None:
        yield _state(event.campaign_id, sequence, "in_review")


@folds(campaign.CampaignApproved)
def _approved(event: campaign.CampaignApproved, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "approved")


@folds(campaign.CampaignReturned)
def _returned(event: campaign.CampaignReturned, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "draft")


@folds(campaign.CampaignStarted)
def _started(event: campaign.CampaignStarted, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "starting")


@folds(campaign.CampaignLaunched)
def _launched(event: campaign.CampaignLaunched, sequence: int) -> Iterator[Change]:
    launch = {"launch_sequence": sequence, "targets": event.targets, "launched_at": event.launched_at}
    yield shapes.CAMPAIGNS, {"campaign_id": event.campaign_id, **launch}
    yield _state(event.campaign_id, sequence, "running")


@folds(campaign.TargetsChanged)
def _targets_changed(event: campaign.TargetsChanged, sequence: int) -> Iterator[Change]:
    launch = {"launch_sequence": sequence, "targets": event.targets, "launched_at": event.launched_at}
    yield shapes.CAMPAIGNS, {"campaign_id": event.campaign_id, **launch}


@folds(campaign.CampaignStartFailed)
def _start_failed(event: campaign.CampaignStartFailed, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "approved")


@folds(campaign.CampaignPaused)
def _paused(event: campaign.CampaignPaused, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "paused")


@folds(campaign.CampaignResumed)
def _resumed(event: campaign.CampaignResumed, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "running")


@folds(campaign.CampaignCompleted)
def _completed(event: campaign.CampaignCompleted, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "completed")


@folds(campaign.CampaignCancelled)
def _cancelled(event: campaign.CampaignCancelled, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "cancelled")


@folds(campaign.CampaignClosed)
def _closed(event: campaign.CampaignClosed, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "closed")


@folds(campaign.CampaignReopened)
def _reopened(event: campaign.CampaignReopened, sequence: int) -> Iterator[Change]:
    yield _state(event.campaign_id, sequence, "completed")


@folds(campaign.TargetsProgressed)
def _progressed(event: campaign.TargetsProgressed, sequence: int) -> Iterator[Change]:
    campaign_id = event.campaign_id
    for change in event.changes:
        progress = PROGRESS[change.status]
        yield (
            shapes.TARGETS,
            {"campaign_id": campaign_id, "target_id": change.target_id, "progress": progress},
        )


@folds(campaign.CampaignResponded)
def _responded(event: campaign.CampaignResponded, sequence: int) -> Iterator[Change]:
    yield (
        shapes.RESPONSES,
        {
            "campaign_id": event.campaign_id,
            "response_id": event.response_id,
            "sequence": sequence,
            "target_id": event.target_id,
            "kind": event.kind,
            "verdict": event.verdict,
            "responded_at": event.responded_at,
        },
    )


@folds(campaign.WaveReleased)
def _released(event: campaign.WaveReleased, sequence: int) -> Iterator[Change]:
    yield (
        shapes.WAVES,
        {
            "campaign_id": event.campaign_id,
            "wave_id": event.wave_id,
            "sequence": sequence,
            "number": event.number,
            "channel": event.channel,
            "targets": event.targets,
            "released_at": event.released_at,
        },
    )


@folds(outreach.MailingStarted)
def _mailing_started(event: outreach.MailingStarted, sequence: int) -> Iterator[Change]:
    start = {"channel": event.channel, "recipients": event.recipients, "started_at": event.started_at}
    yield shapes.MAILINGS, {**_mailing(event), "start_sequence": sequence, **start}


@folds(outreach.MailingOutcomes)
def _mailing_outcomes(event: outreach.MailingOutcomes, sequence: int) -> Iterator[Change]:
    yield shapes.MAILINGS, {**_mailing(event), **Counter(one.outcome for one in event.outcomes)}
    campaign_id = event.campaign_id
    for one in event.outcomes:
        if one.outcome == "accepted":
            yield shapes.TARGETS, {"campaign_id": campaign_id, "target_id": one.target_id, "reached": 1}


@folds(outreach.MailingFinished)
def _mailing_finished(event: outreach.MailingFinished, sequence: int) -> Iterator[Change]:
    yield (
        shapes.MAILINGS,
        {**_mailing(event), "finish_sequence": sequence, "finished_at": event.finished_at},
    )


@folds(lead.LeadCaptured)
def _captured(event: lead.LeadCaptured, sequence: int) -> Iterator[Change]:
    capture = {"department": event.department, "source": event.source, "captured_at": event.captured_at}
    yield shapes.LEADS, {**_lead(event, sequence), "capture_sequence": sequence, **capture}


@folds(lead.LeadQualified)
def _qualified(event: lead.LeadQualified, sequence: int) -> Iterator[Change]:
    judgement = {"outcome": event.outcome, "grade": event.grade, "qualified_at": event.qualified_at}
    yield shapes.LEADS, {**_lead(event, sequence), "qualification_sequence": sequence, **judgement}


@folds(lead.LeadJudgementUndone)
def _undone(event: lead.LeadJudgementUndone, sequence: int) -> Iterator[Change]:
    judgement = {"outcome": event.restored, "grade": event.grade, "qualified_at": event.qualified_at}
    yield shapes.LEADS, {**_lead(event, sequence), "qualification_sequence": sequence, **judgement}


@folds(lead.LeadAssigned)
def _assigned(event: lead.LeadAssigned, sequence: int) -> Iterator[Change]:
    owner = {"assignee": event.assignee, "assigned_at": event.assigned_at}
    yield shapes.LEADS, {**_lead(event, sequence), "assignment_sequence": sequence, **owner}


@folds(finance.BudgetOpened)
def _opened(event: finance.BudgetOpened, sequence: int) -> Iterator[Change]:
    for line in event.lines:
        yield _line(event, line, sequence)


@folds(finance.BudgetPosted)
def _posted(event: finance.BudgetPosted, sequence: int) -> Iterator[Change]:
    shape, row = _line(event, event.balance, sequence)
    if event.kind == "allocate":
        row["allocated"] = event.amount
    yield shape, row


def _plan(event: campaign.Plan, sequence: int) -> Change:
    row: Row = {name: getattr(event, name) for name in shapes.PLAN}
    row["goals"] = [{"metric": goal.metric, "target": str(goal.target)} for goal in event.goals]
    row["planned_cost"] = sum((line.amount for line in event.budget), Decimal())
    return shapes.CAMPAIGNS, {"campaign_id": event.campaign_id, "plan_sequence": sequence, **row}


def _state(campaign_id: UUID, sequence: int, state: str) -> Change:
    return shapes.CAMPAIGNS, {"campaign_id": campaign_id, "state_sequence": sequence, "state": state}


def _mailing(event: outreach.MailingStarted | outreach.MailingOutcomes | outreach.MailingFinished) -> Row:
    return {"campaign_id": event.campaign_id, "mailing_id": event.mailing_id, "wave_id": event.wave_id}


def _lead(
    event: lead.LeadCaptured | lead.LeadQualified | lead.LeadJudgementUndone | lead.LeadAssigned,
    sequence: int,
) -> Row:
    return {"lead_id": event.lead_id, "sequence": sequence, "campaign_id": event.campaign_id}


def _line(
    event: finance.BudgetOpened | finance.BudgetPosted, line: finance.LineBalance, sequence: int
) -> Change:
    return (
        shapes.BUDGET_LINES,
        {
            "campaign_id": event.campaign_id,
            "line_id": line.line_id,
            "sequence": sequence,
            "budget_id": event.budget_id,
            "name": line.name,
            "responsible": line.responsible,
            "currency": event.currency,
            "budget": line.budget,
            "committed": line.committed,
            "incurred": line.incurred,
            "available": line.available,
        },
    )
