"""The dashboards of those whom the work concerns: outreach, and campaigns."""

from deploy.monitoring.panels import Board, Panel, Query
from deploy.monitoring.technical import quantile, rate
from deploy.monitoring.totals import AMOUNTS, COUNTS, all_campaigns, one_campaign


def _by(title: str, metric: str, label: str) -> Panel:
    return Panel(title, [Query(rate(metric, label), f"{{{{{label}}}}}")], "ops")


def _named(name: str) -> str:
    """PromQL: the figure of each campaign with its code and name, which stand in the info metric alone."""
    info = "max by (campaign_id, code, name) (fanfare_campaign_info)"
    return f"{one_campaign(name)} * on (campaign_id) group_left (code, name) {info}"


OUTREACH = Board(
    "fanfare-outreach",
    "Fanfare: outreach",
    (
        (
            "Deliveries",
            (
                _by("Deliveries that ended, a second", "fanfare_outreach_deliveries_total", "outcome"),
                _by("Faults, by whose they are", "fanfare_outreach_delivery_faults_total", "whose"),
                _by("Held back, by what", "fanfare_outreach_held_back_total", "cause"),
                _by("Heard afterwards", "fanfare_outreach_feedback_total", "kind"),
                _by("Mailings paused, by what", "fanfare_outreach_pauses_total", "cause"),
                _by("Opens, by whom", "fanfare_outreach_opens_total", "by"),
            ),
        ),
        (
            "Channels",
            (
                _by("Sessions with the mail server", "fanfare_outreach_smtp_sessions_total", "outcome"),
                _by("Parts of SMS", "fanfare_outreach_smpp_parts_total", "outcome"),
                _by("Batches of letters", "fanfare_outreach_print_batches_total", "outcome"),
                Panel(
                    "Time of a batch of letters, 95 %",
                    [Query(quantile(0.95, "fanfare_outreach_print_batch_seconds"), "95 %")],
                    "s",
                ),
                _by("Notices to the people here", "fanfare_outreach_notices_total", "outcome"),
                _by("Mails about forms", "fanfare_outreach_form_mails_total", "outcome"),
            ),
        ),
        (
            "What comes back",
            (
                _by("Mails that came in", "fanfare_outreach_inbound_mails_total", "source"),
                _by("Sorted as", "fanfare_outreach_inbound_sorted_total", "kind"),
                Panel("Not done", [Query("max by (state) (fanfare_outreach_inbound_open)", "{{state}}")]),
                _by("Submissions of forms", "fanfare_outreach_form_submissions_total", "state"),
                _by("Texts that people sent", "fanfare_outreach_sms_replies_total", "outcome"),
                _by(
                    "Told by webhooks that were refused", "fanfare_outreach_webhook_refused_total", "provider"
                ),
            ),
        ),
    ),
)

CAMPAIGN = Board(
    "fanfare-campaign",
    "Fanfare: campaigns",
    (
        (
            "All active campaigns",
            (
                Panel("Active", [Query("fanfare:campaign_active:max", "active")], kind="stat", width=4),
                *(
                    Panel(
                        name.replace("_", " ").capitalize(),
                        [Query(all_campaigns(name), name)],
                        kind="stat",
                        width=4,
                    )
                    for name in COUNTS
                ),
                Panel(
                    "Money",
                    [Query(all_campaigns(name), f"{name} {{{{currency}}}}") for name in AMOUNTS],
                    width=16,
                ),
            ),
        ),
        (
            "Each campaign",
            (
                *(
                    Panel(name.replace("_", " ").capitalize(), [Query(_named(name), "{{code}} {{name}}")])
                    for name in COUNTS
                ),
                *(
                    Panel(
                        name.capitalize(),
                        [Query(f"{one_campaign(name)}", "{{campaign_id}} {{currency}}")],
                    )
                    for name in AMOUNTS
                ),
                Panel(
                    "Share of targets that responded",
                    [
                        Query(
                            f"{one_campaign('responding_targets')} / {one_campaign('executed_targets')}",
                            "{{campaign_id}}",
                        )
                    ],
                    "percentunit",
                ),
                Panel(
                    "Names",
                    [Query("max by (campaign_id, code, name, department, state) (fanfare_campaign_info)")],
                    kind="table",
                    width=16,
                ),
            ),
        ),
        (
            "Leads and money",
            (
                _by("Leads captured", "fanfare_lead_captures_total", "outcome"),
                _by("Given to reps", "fanfare_lead_assignments_total", "way"),
                _by("Clocks", "fanfare_lead_clocks_judged_total", "outcome"),
                _by("Approvals opened", "fanfare_finance_approvals_opened_total", "kind"),
                Panel(
                    "Oldest approval",
                    [Query("max by (kind) (fanfare_finance_oldest_approval_seconds)", "{{kind}}")],
                    "s",
                ),
                Panel(
                    "Time of a posting, 99 %",
                    [Query(quantile(0.99, "fanfare_finance_posting_seconds"), "99 %")],
                    "s",
                ),
            ),
        ),
    ),
)
