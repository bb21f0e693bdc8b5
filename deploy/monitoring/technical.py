"""The dashboards of those who run Fanfare: services, broker, objectives."""

from deploy.monitoring.burning import ERRORS, OBJECTIVE
from deploy.monitoring.panels import Board, Panel, Query, Variable

RATE = "$__rate_interval"
OURS = "and on (instance) fanfare_process_running"
ROUTE = "service, method, route"
HERE = 'service=~"$service"'
FAILED = f'{HERE},status="5xx"'
OWN = 'queue=~"($service)[.].*"'


def rate(metric: str, by: str, matchers: str = "") -> str:
    """PromQL: how often a second, by labels."""
    chosen = f"{{{matchers}}}" if matchers else ""
    return f"sum by ({by}) (rate({metric}{chosen}[{RATE}]))"


def quantile(share: float, metric: str, by: str = "", matchers: str = "") -> str:
    """PromQL: below which value so large a share lies."""
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', labels, matchers)})"


_HTTP = (
    Panel(
        "Requests a second",
        [Query(rate("fanfare_http_requests_total", "service, status", HERE), "{{service}} {{status}}")],
        "reqps",
    ),
    Panel(
        "Requests that failed",
        [
            Query(
                f"{rate('fanfare_http_requests_total', 'service', FAILED)}"
                f" / {rate('fanfare_http_requests_total', 'service', HERE)}",
                "{{service}}",
            )
        ],
        "percentunit",
    ),
    Panel(
        "Time to answer",
        [
            Query(quantile(0.5, "fanfare_http_request_seconds", matchers=HERE), "half"),
            Query(quantile(0.95, "fanfare_http_request_seconds", matchers=HERE), "95 %"),
            Query(quantile(0.99, "fanfare_http_request_seconds", matchers=HERE), "99 %"),
        ],
        "s",
    ),
    Panel(
        "Routes that take longest, on average",
        [
            Query(
                f"topk(15, sum by ({ROUTE}) (fanfare_http_route_seconds_total{{{HERE}}})"
                f" / sum by ({ROUTE}) (fanfare_http_requests_total{{{HERE}}}))"
            )
        ],
        "s",
        "table",
        12,
    ),
    Panel(
        "Routes that fail most, since the processes started",
        [Query(f"topk(15, sum by ({ROUTE}) (fanfare_http_requests_total{{{FAILED}}}))")],
        "short",
        "table",
        12,
    ),
)

_CONSUMERS = (
    Panel(
        "Events consumed a second",
        [Query(rate("fanfare_events_consumed_total", "queue, outcome", OWN), "{{queue}} {{outcome}}")],
        "ops",
    ),
    Panel(
        "Age of events when they are applied, 99 %",
        [Query(quantile(0.99, "fanfare_event_age_seconds", "queue", OWN), "{{queue}}")],
        "s",
    ),
    Panel(
        "Time to apply a batch, 95 %",
        [Query(quantile(0.95, "fanfare_events_apply_seconds", "queue", OWN), "{{queue}}")],
        "s",
    ),
    Panel(
        "Events held",
        [Query(f"max by (queue, state) (fanfare_events_held{{{OWN}}})", "{{queue}} {{state}}")],
    ),
    Panel(
        "Longest held",
        [Query(f"max by (queue) (fanfare_events_held_oldest_seconds{{{OWN}}})", "{{queue}}")],
        "s",
    ),
    Panel(
        "Retries a second",
        [Query(rate("fanfare_event_retries_total", "queue, outcome", OWN), "{{queue}} {{outcome}}")],
        "ops",
    ),
)

_OUTBOX = (
    Panel(
        "Events in the outbox", [Query(f"max by (service) (fanfare_outbox_events{{{HERE}}})", "{{service}}")]
    ),
    Panel(
        "Age of the oldest event in the outbox",
        [Query(f"max by (service) (fanfare_outbox_lag_seconds{{{HERE}}})", "{{service}}")],
        "s",
    ),
    Panel(
        "Events shipped a second",
        [Query(rate("fanfare_outbox_shipped_total", "service", HERE), "{{service}}")],
        "ops",
    ),
    Panel(
        "From commit to broker, 99 %",
        [Query(quantile(0.99, "fanfare_outbox_wait_seconds", "service", HERE), "{{service}}")],
        "s",
    ),
    Panel(
        "Relays that had to start over, an hour",
        [
            Query(
                f"sum by (service, cause) (increase(fanfare_outbox_failures_total{{{HERE}}}[1h]))",
                "{{service}} {{cause}}",
            )
        ],
    ),
    Panel(
        "Readers that had to wait, an hour",
        [
            Query(
                f"sum by (queue, cause) (increase(fanfare_reader_waits_total{{{OWN}}}[1h]))",
                "{{queue}} {{cause}}",
            )
        ],
    ),
)

_WORKERS = (
    Panel(
        "Steps a second",
        [Query(rate("fanfare_work_steps_total", "worker, outcome"), "{{worker}} {{outcome}}")],
        "ops",
    ),
    Panel(
        "Time of a step, 95 %",
        [Query(quantile(0.95, "fanfare_work_step_seconds", "worker"), "{{worker}}")],
        "s",
    ),
    Panel(
        "Since a worker last began a step",
        [Query("time() - max by (worker) (fanfare_work_tick_timestamp_seconds)", "{{worker}}")],
        "s",
    ),
)

_PROJECTIONS = (
    Panel(
        "Events that a rebuild has still to fold",
        [Query("max by (projection) (fanfare_projection_behind_positions)", "{{projection}}")],
    ),
    Panel(
        "Age of the oldest of them",
        [Query("max by (projection) (fanfare_projection_lag_seconds)", "{{projection}}")],
        "s",
    ),
    Panel(
        "Built by other code than runs",
        [Query("min by (projection) (fanfare_projection_outdated)", "{{projection}}")],
    ),
    Panel(
        "Events that rebuilds fold, a second",
        [Query(f"sum(rate(fanfare_rebuilt_events_total[{RATE}]))", "events")],
        "ops",
        width=12,
    ),
    Panel(
        "Rebuilds that ended, a day",
        [Query("sum by (outcome) (increase(fanfare_rebuilds_ended_total[1d]))", "{{outcome}}")],
        width=12,
    ),
)

_PROCESSES = (
    Panel(
        "Processes",
        [Query(f"sum by (service, process) (fanfare_process_running{{{HERE}}})", "{{service}} {{process}}")],
    ),
    Panel(
        "Greenlets woken late, 99 %",
        [Query(quantile(0.99, "fanfare_event_loop_lag_seconds", "instance"), "{{instance}}")],
        "s",
    ),
    Panel(
        "Database connections in use",
        [
            Query(
                "max by (pool) (fanfare_database_connections / fanfare_database_pool_size)",
                "{{pool}}",
            )
        ],
        "percentunit",
    ),
    Panel("Memory", [Query(f"process_resident_memory_bytes {OURS}", "{{instance}}")], "bytes"),
    Panel(
        "CPU",
        [Query(f"rate(process_cpu_seconds_total[{RATE}]) {OURS}", "{{instance}}")],
        "percentunit",
    ),
    Panel(
        "Entries of the audit trail that wait for their seal",
        [Query("max by (instance) (fanfare_audit_unsealed_seconds)", "{{instance}}")],
        "s",
    ),
)

SERVICE = Board(
    "fanfare-service",
    "Fanfare: services",
    (
        ("HTTP", _HTTP),
        ("Consumers", _CONSUMERS),
        ("Outbox and relay", _OUTBOX),
        ("Workers", _WORKERS),
        ("Projections of reporting", _PROJECTIONS),
        ("Processes", _PROCESSES),
    ),
    (Variable("service", "fanfare_process_running"),),
)

_READY = "rabbitmq_detailed_queue_messages_ready"
_TAKEN = "rabbitmq_detailed_queue_messages_unacked"
_DEAD = '".*[.]dead"'

BROKER = Board(
    "fanfare-broker",
    "Fanfare: broker",
    (
        (
            "Queues",
            (
                Panel(
                    "Messages that wait",
                    [
                        Query(
                            f"max by (queue) ({_READY}{{queue!~{_DEAD}}})",
                            "{{queue}}",
                        )
                    ],
                    width=12,
                ),
                Panel(
                    "Messages that are being applied",
                    [
                        Query(
                            f"max by (queue) ({_TAKEN}{{queue!~{_DEAD}}})",
                            "{{queue}}",
                        )
                    ],
                    width=12,
                ),
                Panel(
                    "Left by the broker as delivered too often",
                    [
                        Query(
                            f"max by (queue) ({_READY}{{queue=~{_DEAD}}})",
                            "{{queue}}",
                        )
                    ],
                    width=12,
                ),
                Panel(
                    "Readers that are registered",
                    [Query("max by (queue) (fanfare_reader_registered)", "{{queue}}")],
                    width=12,
                ),
            ),
        ),
        (
            "Node",
            (
                Panel("Connections", [Query("sum(rabbitmq_connections)", "connections")]),
                Panel("Memory", [Query("sum(rabbitmq_process_resident_memory_bytes)", "memory")], "bytes"),
                Panel("Free disk", [Query("min(rabbitmq_disk_space_available_bytes)", "disk")], "bytes"),
                Panel(
                    "Messages received a second",
                    [Query(f"sum(rate(rabbitmq_global_messages_received_total[{RATE}]))", "received")],
                    "ops",
                ),
                Panel(
                    "Messages delivered a second",
                    [Query(f"sum(rate(rabbitmq_global_messages_delivered_total[{RATE}]))", "delivered")],
                    "ops",
                ),
                Panel(
                    "Alarms",
                    [
                        Query("max(rabbitmq_alarms_memory_used_watermark)", "memory"),
                        Query("max(rabbitmq_alarms_free_disk_space_watermark)", "disk"),
                    ],
                ),
            ),
        ),
    ),
)

_FIRING = 'ALERTS{alertname=~"Fanfare.*",alertstate="firing"}'

OBJECTIVES = Board(
    "fanfare-objectives",
    "Fanfare: objectives",
    (
        (
            "Where we are",
            (
                Panel(
                    "Went well, three days",
                    [Query(f"1 - {ERRORS}3d", "{{slo}} {{service}}")],
                    "percentunit",
                    "bargauge",
                    12,
                ),
                Panel("Objective", [Query(OBJECTIVE, "{{slo}}")], "percentunit", "bargauge", 12),
            ),
        ),
        (
            "How fast the budget burns",
            tuple(
                Panel(
                    f"Over {window}: 1 uses it up in thirty days",
                    [
                        Query(
                            f"{ERRORS}{window} / on (slo) group_left () (1 - {OBJECTIVE})",
                            "{{slo}} {{service}}",
                        )
                    ],
                    width=12,
                )
                for window in ("5m", "1h", "6h", "1d")
            ),
        ),
        (
            "Alerts",
            (
                Panel(
                    "Firing",
                    [Query(f"count({_FIRING}) or vector(0)", "alerts")],
                    kind="stat",
                ),
            ),
        ),
    ),
)
