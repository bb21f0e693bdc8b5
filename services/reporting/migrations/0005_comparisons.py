"""What comparisons, sources, sales and the health of the outreach are read from.

All but the totals are folded from the archive; ``fanfare projections rebuild all`` does it for what it holds.
"""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Moment, Serial

revision = "reporting_0005"
down_revision = "reporting_0004"
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _leads()
    _heard()
    op.create_table(
        "campaign_totals",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("position", Serial, nullable=False),
        sa.Column("counted_at", Moment, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("executed_targets", "responses")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("responding_targets", "leads")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("valid_leads", "opportunities", "won")),
        sa.Column("currency", sa.String(3)),
        *(sa.Column(name, Amount) for name in ("budget", "committed", "direct_cost", "allocated_cost")),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_totals"),
    )


def _leads() -> None:
    op.create_table(
        "lead_touches",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("touch_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("department", sa.String(64)),
        sa.Column("source", sa.String(64)),
        sa.Column("kind", sa.String(64)),
        sa.Column("touched_at", Moment),
        sa.PrimaryKeyConstraint("lead_id", "touch_id", name="pk_lead_touches"),
    )
    op.create_table(
        "lead_worths",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("contact_sequence", sa.BigInteger, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("judgement_sequence", sa.BigInteger, nullable=False),
        sa.Column("value", Amount),
        sa.Column("currency", sa.String(3)),
        sa.Column("acceptance_sequence", sa.BigInteger, nullable=False),
        sa.Column("accepted_by", sa.String(255)),
        sa.Column("accepted_at", Moment),
        sa.Column("conversion_sequence", sa.BigInteger, nullable=False),
        sa.Column("opportunity_id", sa.Uuid),
        sa.Column("amount", Amount),
        sa.Column("amount_currency", sa.String(3)),
        sa.Column("converted_by", sa.String(255)),
        sa.Column("converted_at", Moment),
        sa.Column("returns", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_lead_worths"),
    )
    op.create_index("ix_lead_worths_contact_id", "lead_worths", ["contact_id"])


def _heard() -> None:
    op.create_table(
        "sources",
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("code", sa.String(64)),
        sa.Column("name", sa.Text),
        sa.Column("parent_id", sa.Uuid),
        sa.PrimaryKeyConstraint("source_id", name="pk_sources"),
    )
    op.create_table(
        "satisfactions",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.String(64), nullable=False),
        sa.Column("answers", sa.BigInteger, nullable=False),
        sa.Column("expectation", Amount, nullable=False),
        sa.Column("experience", Amount, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "side", name="pk_satisfactions"),
    )
    op.create_table(
        "mailing_feedbacks",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("delivered", "bounced_hard")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("bounced_soft", "complained")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("returned", "opened")),
        sa.Column("opened_by_machines", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "mailing_id", name="pk_mailing_feedbacks"),
    )
    op.create_table(
        "suppressions",
        sa.Column("suppression_id", sa.Uuid, nullable=False),
        sa.Column("added_sequence", sa.BigInteger, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("channel", sa.String(64)),
        sa.Column("reason", sa.String(16)),
        sa.Column("lifted_sequence", sa.BigInteger, nullable=False),
        sa.Column("lifted_at", Moment),
        sa.PrimaryKeyConstraint("suppression_id", name="pk_suppressions"),
    )
