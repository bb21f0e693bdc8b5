"""Leads with a holder, products, documents and touches through every door; judgements and rights to judge.

What was a state and an outcome at once becomes two: a near-term lead lies in the pool of sales, a long-term
one rests without a date, a discarded one is disqualified. Their history stays.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "lead_0002"
down_revision = "lead_0001"
branch_labels = None

HOLDING = (
    "(state IN ('assigned', 'accepted', 'working', 'qualified')"
    " AND assignee IS NOT NULL AND assignee <> '' AND pool IS NULL)"
    " OR (state IN ('new', 'returned', 'pooled', 'nurtured')"
    " AND assignee IS NULL AND pool IS NOT NULL AND pool <> '')"
    " OR (state IN ('converted', 'disqualified') AND pool IS NULL)"
)

KEPT = (
    *("id", "version", "contact_id", "customer_id", "campaign_id", "response_id", "department", "region"),
    *("source", "state", "needs", "intent", "likelihood", "expected_amount", "expected_currency", "grade"),
    *("value", "currency", "reason", "assignee", "entries", "captured_by", "captured_at", "qualified_at"),
    *("assigned_at", "why", "score"),
)


def upgrade() -> None:
    """Widen the leads, and add the tables of judging."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        _rebuild_leads()
    else:
        op.drop_constraint("uq_leads_contact_id_campaign_id", "leads", type_="unique")
        for column in _new(nullable=True):
            op.add_column("leads", column)
    _fill(sqlite=sqlite)
    if sqlite:
        op.execute("DROP TABLE leads_before")
    else:
        op.drop_column("leads", "product")
        for column in _new(nullable=False):
            op.alter_column("leads", column.name, nullable=column.nullable)
        op.create_unique_constraint("uq_leads_contact_id_door", "leads", ["contact_id", "door"])
        op.create_check_constraint("ck_leads_one_holder", "leads", HOLDING)
    _index()
    op.add_column("lead_touches", sa.Column("captured_by", sa.Text, nullable=False, server_default=""))
    op.add_column("lead_actions", sa.Column("on_behalf_of", sa.Text, nullable=False, server_default=""))
    _judging()


def _rebuild_leads() -> None:
    """SQLite changes no constraint. The rows come back under the old name, so what refers to them holds."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE leads_before AS SELECT * FROM leads")
    op.drop_table("leads")
    op.create_table(
        "leads",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("response_id", sa.Uuid),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("department", "region", "source", "state")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("needs", "intent", "reason", "why")),
        sa.Column("likelihood", sa.Integer),
        *(sa.Column(name, Amount) for name in ("expected_amount", "value", "score")),
        *(sa.Column(name, sa.Text) for name in ("expected_currency", "grade", "currency", "assignee")),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("captured_by", sa.Text, nullable=False),
        sa.Column("captured_at", Moment, nullable=False),
        sa.Column("qualified_at", Moment),
        sa.Column("assigned_at", Moment),
        *_new(nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_leads_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("contact_id", "door", name="uq_leads_contact_id_door"),
        sa.CheckConstraint(HOLDING, name="ck_leads_one_holder"),
    )


def _new(*, nullable: bool) -> list[sa.Column[Any]]:
    """The columns that leads gain; those that every lead has are filled in between."""
    needed = {"nullable": nullable}
    return [
        *(sa.Column(name, sa.Text) for name in ("door", "pool", "previous", "outcome")),
        *(sa.Column(name, Moment) for name in ("accept_by", "wake_at", "accepted_at", "converted_at")),
        *(sa.Column(name, Document, **needed) for name in ("products", "documents")),
        *(sa.Column(name, sa.Text, **needed) for name in ("language", "notes")),
        sa.Column("expected_on", sa.Date),
        sa.Column("opportunity", Document),
        sa.Column("touch_count", sa.Integer, **needed),
        *(sa.Column(name, Moment, **needed) for name in ("touched_at", "moved_at")),
    ]


def _fill(*, sqlite: bool) -> None:
    values = {
        "state": "CASE state WHEN 'near_term' THEN 'pooled' WHEN 'long_term' THEN 'nurtured'"
        " WHEN 'discarded' THEN 'disqualified' ELSE state END",
        "outcome": "CASE state WHEN 'near_term' THEN 'near_term' WHEN 'assigned' THEN 'near_term'"
        " WHEN 'long_term' THEN 'long_term' WHEN 'discarded' THEN 'not_a_target' END",
        "pool": "CASE state WHEN 'new' THEN 'inbox' WHEN 'near_term' THEN 'sales'"
        " WHEN 'long_term' THEN 'nurture' END",
        "products": "CASE product WHEN '' THEN {array}() ELSE {array}(product) END".format(
            array="json_array" if sqlite else "jsonb_build_array"
        ),
        "documents": "'[]'" if sqlite else "'[]'::jsonb",
        "language": "''",
        "notes": "''",
        "door": _door(sqlite=sqlite),
        "touch_count": "1 + (SELECT count(*) FROM lead_touches AS t WHERE t.lead_id = l.id"
        " AND (l.response_id IS NULL OR t.response_id <> l.response_id))",
        "touched_at": "coalesce((SELECT max(t.at) FROM lead_touches AS t WHERE t.lead_id = l.id"
        " AND t.at > l.captured_at), captured_at)",
        "moved_at": "coalesce(assigned_at, qualified_at, captured_at)",
    }
    if sqlite:
        kept = [name for name in KEPT if name not in values]
        names, given = ", ".join((*kept, *values)), ", ".join((*kept, *values.values()))
        op.execute(f"INSERT INTO leads ({names}) SELECT {given} FROM leads_before AS l")
    else:
        op.execute(f"UPDATE leads AS l SET {', '.join(f'{name} = {one}' for name, one in values.items())}")


def _door(*, sqlite: bool) -> str:
    """What further captures find a lead by; without a campaign the newest of its kind takes them in."""
    table = "leads_before" if sqlite else "leads"
    campaign = "l.campaign_id" if sqlite else "replace(l.campaign_id::text, '-', '')"
    newer = (
        f"SELECT 1 FROM {table} AS n WHERE n.contact_id = l.contact_id AND n.campaign_id IS NULL"
        " AND n.source = l.source AND lower(n.product) = lower(l.product) AND n.id > l.id"
    )
    return (
        f"CASE WHEN l.campaign_id IS NOT NULL THEN 'campaign ' || {campaign}"
        f" WHEN NOT EXISTS ({newer}) THEN 'source ' || l.source || ' ' || lower(l.product) END"
    )


def _index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_leads_assignee", "leads", ["assignee"])
        op.create_index("ix_leads_campaign_id", "leads", ["campaign_id"])
        op.create_index("ix_leads_department_id", "leads", ["department", "id"])
    op.create_index("ix_leads_department_pool", "leads", ["department", "pool"])
    dated = sa.text("wake_at IS NOT NULL")
    op.create_index("ix_leads_wake_at", "leads", ["wake_at"], postgresql_where=dated, sqlite_where=dated)


def _judging() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("value", Amount, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("checklist", Document, nullable=False),
        sa.Column("before", Document, nullable=False),
        sa.Column("judged_by", sa.Text, nullable=False),
        sa.Column("on_behalf_of", sa.Text, nullable=False),
        sa.Column("judged_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_judgements_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
    )
    op.create_index("ix_judgements_lead_id_id", "judgements", ["lead_id", "id"])
    op.create_table(
        "undone_judgements",
        sa.Column("judgement_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.Column("undone_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name="fk_undone_judgements_judgement_id"
        ),
        sa.PrimaryKeyConstraint("judgement_id", name="pk_undone_judgements"),
    )
    op.create_table(
        "judging_rights",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("regions", Document, nullable=False),
        sa.Column("granted_by", sa.Text, nullable=False),
        sa.Column("granted_at", Moment, nullable=False),
        sa.CheckConstraint("(subject IS NULL) <> (role IS NULL)", name="ck_judging_rights_person_or_role"),
        sa.PrimaryKeyConstraint("id", name="pk_judging_rights"),
    )
    op.create_index("ix_judging_rights_department", "judging_rights", ["department"])
    for table in ("judgements", "undone_judgements"):
        append_only(op.get_bind(), table, "judgements are only added")
