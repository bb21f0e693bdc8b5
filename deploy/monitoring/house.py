"""Alerts on causes in what the services are about: mails, waves, imports, clocks, promises to people."""

from deploy.monitoring.causes import Cause
from deploy.monitoring.pace import MINUTE

_SESSIONS = "fanfare_outreach_smtp_sessions_total"
_CLOCKS = "fanfare_lead_clock_overdue_seconds"
_OPEN = "fanfare_outreach_inbound_open"
_PAUSES = "fanfare_outreach_pauses_total"

OF_SENDING = (
    Cause(
        name="FanfareMailServerAway",
        severity="page",
        expr=(
            f'sum(increase({_SESSIONS}{{outcome="failed"}}[10m])) > 3'
            f' unless sum(increase({_SESSIONS}{{outcome="opened"}}[10m])) > 0'
        ),
        lasts=5 * MINUTE,
        summary="No session with the mail server can be opened",
        fires={
            f'{_SESSIONS}{{outcome="failed"}}': "0+2x40",
            f'{_SESSIONS}{{outcome="opened"}}': "7+0x40",
        },
        quiet={
            f'{_SESSIONS}{{outcome="failed"}}': "0+2x40",
            f'{_SESSIONS}{{outcome="opened"}}': "0+1x40",
        },
    ),
    Cause(
        name="FanfareMailingPausedItself",
        severity="ticket",
        expr=f'sum(increase({_PAUSES}{{cause="rate"}}[30m])) > 0',
        lasts=0,
        summary="A mailing was paused since too many of its copies failed, bounced or were complained of",
        fires={f'{_PAUSES}{{cause="rate"}}': "0 0 0 0 0 0 0 0 0 0 1+0x40"},
        quiet={
            f'{_PAUSES}{{cause="rate"}}': "1+0x40",
            f'{_PAUSES}{{cause="person"}}': "0 0 0 0 0 0 0 0 0 0 1+0x40",
        },
    ),
    Cause(
        name="FanfareMailingMismatched",
        severity="ticket",
        expr="max(fanfare_outreach_mailings_mismatched) > 0",
        lasts=10 * MINUTE,
        summary="The counts of a mailing are not those of its ledger",
        fires={"fanfare_outreach_mailings_mismatched": "1+0x40"},
        quiet={"fanfare_outreach_mailings_mismatched": "0+0x25 1 0+0x20"},
    ),
    Cause(
        name="FanfareMailsUnsorted",
        severity="ticket",
        expr=f'max({_OPEN}{{state="waiting"}}) > 100',
        lasts=30 * MINUTE,
        summary="Mails that came in wait to be sorted",
        fires={f'{_OPEN}{{state="waiting"}}': "150+0x60"},
        quiet={f'{_OPEN}{{state="waiting"}}': "20+0x60", f'{_OPEN}{{state="unmatched"}}': "900+0x60"},
        at=45,
    ),
)

OF_HOUSE = (
    Cause(
        name="FanfareWavesNotReleased",
        severity="ticket",
        expr="sum(increase(fanfare_wave_release_failures_total[1h])) > 0",
        lasts=0,
        summary="A wave was due and could not be released",
        fires={"fanfare_wave_release_failures_total": "0 0 0 0 0 1+0x40"},
        quiet={"fanfare_wave_release_failures_total": "3+0x40"},
    ),
    Cause(
        name="FanfareImportsFail",
        severity="ticket",
        expr='sum(increase(fanfare_lead_imports_total{outcome="failed"}[1h])) > 0',
        lasts=0,
        summary="An import of contacts has failed",
        fires={'fanfare_lead_imports_total{outcome="failed"}': "0 0 0 0 0 1+0x40"},
        quiet={
            'fanfare_lead_imports_total{outcome="failed"}': "1+0x40",
            'fanfare_lead_imports_total{outcome="finished"}': "0+1x40",
        },
    ),
    Cause(
        name="FanfareClocksLate",
        severity="page",
        expr=f"max({_CLOCKS}) > 30",
        lasts=2 * MINUTE,
        summary="Reminders and escalations of leads and requests come over half a minute late",
        fires={_CLOCKS: "0+60x40"},
        quiet={_CLOCKS: "0+0x27 40 0+0x20"},
    ),
    Cause(
        name="FanfarePrivacyOverdue",
        severity="ticket",
        expr="max(fanfare_lead_privacy_requests_overdue) > 0",
        lasts=10 * MINUTE,
        summary="Somebody who asked for their data, or for its erasure, has not been answered in time",
        fires={"fanfare_lead_privacy_requests_overdue": "1+0x40"},
        quiet={"fanfare_lead_privacy_requests_overdue": "0+0x40"},
    ),
    Cause(
        name="FanfareFiguresStale",
        severity="ticket",
        expr="time() - max(fanfare_campaign_snapshot_timestamp_seconds) > 300",
        lasts=5 * MINUTE,
        summary="The figures of campaigns have not been counted for five minutes",
        fires={"fanfare_campaign_snapshot_timestamp_seconds": "0+0x40"},
        quiet={
            'fanfare_campaign_snapshot_timestamp_seconds{instance="a"}': "0+0x40",
            'fanfare_campaign_snapshot_timestamp_seconds{instance="b"}': "0+60x40",
        },
    ),
)
