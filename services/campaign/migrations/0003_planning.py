"""Lists of codes, regions, templates, staff, purchases, and changes of approved campaigns with amendments."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "campaign_0003"
down_revision = "campaign_0002"
branch_labels = None

SHIPPED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "kinds": (
        ("product_launch", "Product launch", "新品发布"),
        ("seminar", "Seminar", "研讨会"),
        ("exhibition", "Exhibition", "展会"),
        ("advertising", "Advertising", "广告"),
        ("bulk_mail", "Bulk mail", "群发邮件"),
        ("direct_mail", "Direct mail", "直邮"),
        ("online_promotion", "Online promotion", "线上促销"),
        ("survey", "Survey", "调查"),
        ("other", "Other", "其他"),
    ),
    "purposes": (
        ("brand", "Brand", "品牌推广"),
        ("new_customers", "New customers", "开发新客户"),
        ("recruit_partners", "Recruit partners", "招募伙伴"),
        ("retain", "Retain customers", "客户保持"),
        ("cross_sell", "Cross-sell", "交叉销售"),
        ("up_sell", "Up-sell", "追加销售"),
        ("win_back", "Win back", "客户挽回"),
    ),
    "metrics": (
        ("targets", "Targets", "目标客户数"),
        ("executed_targets", "Targets reached", "已执行目标数"),
        ("responses", "Responses", "响应数"),
        ("responding_targets", "Targets that responded", "响应客户数"),
        ("response_rate", "Response rate", "响应率"),
        ("leads", "Leads", "线索数"),
        ("valid_leads", "Valid leads", "有效线索数"),
        ("lead_conversion", "Lead conversion", "线索转化率"),
        ("cost_per_lead", "Cost per lead", "单条线索成本"),
        ("opportunities", "Opportunities", "商机数"),
        ("contracts", "Contracts", "合同数"),
        ("revenue", "Revenue", "销售收入"),
        ("roi", "Return on investment", "投资回报率"),
    ),
    "duties": (
        ("lead", "Lead", "负责人"),
        ("planning", "Planning", "策划"),
        ("design", "Design", "设计"),
        ("content", "Content", "内容"),
        ("execution", "Execution", "执行"),
        ("sales", "Sales", "销售"),
        ("support", "Support", "支持"),
        ("sponsor", "Sponsor", "赞助"),
        ("speaker", "Speaker", "演讲"),
    ),
    "purchases": (
        ("advertising", "Advertising", "广告"),
        ("pr", "Public relations", "公关"),
        ("design", "Design", "设计"),
        ("print", "Print", "印刷"),
        ("customer_data", "Customer data", "客户数据"),
        ("equipment_hire", "Equipment hire", "设备租赁"),
        ("venue", "Venue", "场地"),
        ("gifts", "Gifts", "礼品"),
        ("other", "Other", "其他"),
    ),
}
"""Code, label and label in Chinese by list. Metrics are the names of the figures that reporting works out."""

ROLL_UPS = {
    **dict.fromkeys(("response_rate", "lead_conversion", "cost_per_lead", "roi"), "not"),
    "revenue": "by_currency",
}
"""How goals add up over a programme where it is not by their plain sum."""


def upgrade() -> None:
    """Create them. What one region was before is the list of it."""
    _terms()
    op.add_column("campaigns", sa.Column("regions", Document, nullable=False, server_default="[]"))
    op.add_column(
        "campaigns", sa.Column("is_template", sa.Boolean, nullable=False, server_default=sa.false())
    )
    array = "jsonb_build_array" if op.get_bind().dialect.name == "postgresql" else "json_array"
    op.execute(f"UPDATE campaigns SET regions = {array}(region) WHERE region IS NOT NULL")
    op.create_index("ix_campaigns_department_starts_on", "campaigns", ["department", "starts_on"])
    _staff()
    _purchases()
    _amendments()
    _changes()


def _terms() -> None:
    terms = op.create_table(
        "terms",
        sa.Column("list", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("label_zh", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("roll_up", sa.String(16), nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_terms"),
        sa.UniqueConstraint("list", "code", name="uq_terms_list_code"),
    )
    op.bulk_insert(terms, list(_shipped()))


def _shipped() -> Iterator[dict[str, Any]]:
    number = 0
    for name, rows in SHIPPED.items():
        for code, label, label_zh in rows:
            number += 1
            yield {
                "id": UUID(f"019a0000-0000-7000-8000-{number:012d}"),
                "version": 0,
                "list": name,
                "code": code,
                "label": label,
                "label_zh": label_zh,
                "active": True,
                "roll_up": ROLL_UPS.get(code, "sum") if name == "metrics" else "not",
            }


def _staff() -> None:
    op.create_table(
        "participants",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("duty", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("share_percent", sa.Integer),
        sa.PrimaryKeyConstraint("campaign_id", "person", "duty", name="pk_participants"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_participants_campaign_id"),
    )
    op.create_index("ix_participants_person", "participants", ["person"])
    op.create_table(
        "partners",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("duty", sa.String(64), nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("contribution", Amount),
        sa.PrimaryKeyConstraint("campaign_id", "name", name="pk_partners"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_partners_campaign_id"),
    )


def _purchases() -> None:
    op.create_table(
        "planned_purchases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("quantity", Amount, nullable=False),
        sa.Column("unit_price", Amount, nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("needed_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_planned_purchases"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_planned_purchases_campaign_id"),
    )
    op.create_index("ix_planned_purchases_campaign_id", "planned_purchases", ["campaign_id"])


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("plan_version", sa.Integer, nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("content", Document, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("approval_id", sa.Uuid),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("closed_by", sa.String(255)),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_amendments"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_amendments_campaign_id"),
        sa.UniqueConstraint("campaign_id", "plan_version", name="uq_amendments_campaign_id_plan_version"),
    )
    op.create_index("ix_amendments_campaign_id_id", "amendments", ["campaign_id", "id"])


def _changes() -> None:
    op.create_table(
        "campaign_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", Document),
        sa.Column("after", Document),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("amendment_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_changes"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_campaign_changes_campaign_id"),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendments.id"], name="fk_campaign_changes_amendment_id"),
    )
    op.create_index("ix_campaign_changes_campaign_id_id", "campaign_changes", ["campaign_id", "id"])
    append_only(op.get_bind(), "campaign_changes", "campaign_changes only grows")
