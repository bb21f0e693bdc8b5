"""What events change in the rows of ``insights.model``. Pure, like ``projections.folding``."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from contracts import lead, outreach
from services.reporting.projections import shapes
from services.reporting.projections.folders import Change, Folders
from services.reporting.projections.shapes import Row

CAPTURE = "capture"
"""The kind of the touch that a lead came in with."""

folds = Folders()


@folds(lead.LeadCaptured)
def _captured(event: lead.LeadCaptured, sequence: int) -> Iterator[Change]:
    """An answer that made a lead is told of again as a touch when it is judged anew: it stays one."""
    row = _touch(event, sequence, kind=CAPTURE, at=event.captured_at)
    yield shapes.LEAD_TOUCHES, {**row, "touch_id": event.response_id or event.lead_id}
    yield _owner(event, sequence)


@folds(lead.LeadMoved)
def _moved(event: lead.LeadMoved, sequence: int) -> Iterator[Change]:
    yield _owner(event, sequence)


@folds(lead.LeadTouched)
def _touched(event: lead.LeadTouched, sequence: int) -> Iterator[Change]:
    row = _touch(event, sequence, kind=event.kind, at=event.touched_at)
    yield shapes.LEAD_TOUCHES, {**row, "touch_id": event.touch_id}


@folds(lead.LeadQualified)
def _qualified(event: lead.LeadQualified, sequence: int) -> Iterator[Change]:
    worth = {"value": event.value, "currency": event.currency}
    yield shapes.LEAD_WORTHS, {"lead_id": event.lead_id, "judgement_sequence": sequence, **worth}


@folds(lead.LeadJudgementUndone)
def _undone(event: lead.LeadJudgementUndone, sequence: int) -> Iterator[Change]:
    """The event does not tell what the restored judgement said it was worth."""
    worth = {"value": None, "currency": None}
    yield shapes.LEAD_WORTHS, {"lead_id": event.lead_id, "judgement_sequence": sequence, **worth}


@folds(lead.LeadAccepted)
def _accepted(event: lead.LeadAccepted, sequence: int) -> Iterator[Change]:
    accepted = {"accepted_by": event.assignee, "accepted_at": event.at}
    yield shapes.LEAD_WORTHS, {"lead_id": event.lead_id, "acceptance_sequence": sequence, **accepted}


@folds(lead.LeadReturned)
def _returned(event: lead.LeadReturned, sequence: int) -> Iterator[Change]:
    yield shapes.LEAD_WORTHS, {"lead_id": event.lead_id, "returns": 1}


@folds(lead.LeadConverted)
def _converted(event: lead.LeadConverted, sequence: int) -> Iterator[Change]:
    conversion = {
        "conversion_sequence": sequence,
        "opportunity_id": event.opportunity_id,
        "amount": event.amount,
        "amount_currency": event.currency,
        "converted_by": event.assignee,
        "converted_at": event.at,
    }
    yield shapes.LEAD_WORTHS, {"lead_id": event.lead_id, **conversion}


@folds(lead.SourceSaved)
def _source_saved(event: lead.SourceSaved, sequence: int) -> Iterator[Change]:
    told = {name: getattr(event, name) for name in ("source_id", "department", "code", "name", "parent_id")}
    yield shapes.SOURCES, {**told, "sequence": sequence}


@folds(outreach.AnswerReceived)
def _answered(event: outreach.AnswerReceived, sequence: int) -> Iterator[Change]:
    for side in event.sides:
        if side.expectation is not None and side.experience is not None and not event.machine:
            scores = {"answers": 1, "expectation": side.expectation, "experience": side.experience}
            yield shapes.SATISFACTIONS, {"campaign_id": event.campaign_id, "side": side.side, **scores}


@folds(outreach.MailingFeedback)
def _heard(event: outreach.MailingFeedback, sequence: int) -> Iterator[Change]:
    yield shapes.MAILING_FEEDBACKS, {**_mailing(event), **Counter(one.kind for one in event.feedback)}


@folds(outreach.MailingOpened)
def _opened(event: outreach.MailingOpened, sequence: int) -> Iterator[Change]:
    by_machines = sum(one.machine for one in event.openings)
    opened = {"opened": len(event.openings) - by_machines, "opened_by_machines": by_machines}
    yield shapes.MAILING_FEEDBACKS, {**_mailing(event), **opened}


@folds(outreach.SuppressionAdded)
def _suppressed(event: outreach.SuppressionAdded, sequence: int) -> Iterator[Change]:
    told = {"campaign_id": event.campaign_id, "channel": event.channel, "reason": event.reason}
    yield (
        shapes.SUPPRESSIONS,
        {"suppression_id": event.suppression_id, "added_sequence": sequence, **told},
    )


@folds(outreach.SuppressionRemoved)
def _lifted(event: outreach.SuppressionRemoved, sequence: int) -> Iterator[Change]:
    lifted = {"lifted_sequence": sequence, "lifted_at": event.removed_at}
    yield shapes.SUPPRESSIONS, {"suppression_id": event.suppression_id, **lifted}


def _touch(event: lead.LeadCaptured | lead.LeadTouched, sequence: int, *, kind: str, at: datetime) -> Row:
    return {
        "lead_id": event.lead_id,
        "sequence": sequence,
        "campaign_id": event.campaign_id,
        "department": event.department,
        "source": event.source,
        "kind": kind,
        "touched_at": at,
    }


def _owner(event: lead.LeadCaptured | lead.LeadMoved, sequence: int) -> Change:
    owner = {"contact_sequence": sequence, "contact_id": event.contact_id}
    return shapes.LEAD_WORTHS, {"lead_id": event.lead_id, **owner}


def _mailing(event: outreach.MailingFeedback | outreach.MailingOpened) -> Row:
    return {"campaign_id": event.campaign_id, "mailing_id": event.mailing_id}
