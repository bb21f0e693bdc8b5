"""Alerts on what is known to lead to trouble, before or beside the objectives that it would hurt.

Each has a proof: series with which it fires, and others, near to them, with which it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.monitoring.pace import MINUTE
from deploy.monitoring.rules import Alert
from fanfare.commands import SERVICES, WITH_WORKERS

EVERY = 30

Series = Mapping[str, str]
"""Values by series, in the notation of promtool, one a minute."""


@dataclass(frozen=True, kw_only=True)
class Cause(Alert):
    """An alert that fires after ``at`` minutes of ``fires``, with the labels ``of``, and not of ``quiet``."""

    fires: Series
    quiet: Series
    of: Mapping[str, str] = field(default_factory=dict)
    at: int = 30


PROCESSES = [
    *((service, "service") for service in SERVICES),
    *((service, "worker") for service in WITH_WORKERS),
]
RUNNING = "fanfare_process_running"
_EVERY_PROCESS = {f'{RUNNING}{{service="{s}",process="{p}"}}': "1+0x40" for s, p in PROCESSES}
_LEAD = f'{RUNNING}{{service="lead",process="service"}}'


def _replica(number: int) -> str:
    return f'up{{job="fanfare",service="lead",process="service",instance="lead-{number}:9000"}}'


def _since(metric: str) -> str:
    """How long ago the moment was that the metric holds."""
    return f"time() - {metric}"


OF_PROCESSES = (
    Cause(
        name="FanfareProcessAbsent",
        severity="page",
        expr="\nor\n".join(f'absent({RUNNING}{{service="{s}",process="{p}"}})' for s, p in PROCESSES),
        lasts=5 * MINUTE,
        summary="No {{ $labels.process }} of {{ $labels.service }} runs, or none can be scraped",
        fires={name: values for name, values in _EVERY_PROCESS.items() if name != _LEAD},
        quiet=_EVERY_PROCESS,
        of={"service": "lead", "process": "service"},
    ),
    Cause(
        name="FanfareReplicaDown",
        severity="ticket",
        expr=f'up{{service!="",process!=""}} == 0 and on (service, process) {RUNNING}',
        lasts=5 * MINUTE,
        summary="{{ $labels.instance }} is down, and others do the work of {{ $labels.service }}",
        fires={**_EVERY_PROCESS, _replica(1): "1+0x40", _replica(2): "0+0x40"},
        quiet={
            _replica(1): "0+0x40",
            _replica(2): "0+0x40",
            f'{RUNNING}{{service="finance",process="service"}}': "1+0x40",
        },
        of={"job": "fanfare", "service": "lead", "process": "service", "instance": "lead-2:9000"},
    ),
    Cause(
        name="FanfareEventLoopBlocked",
        severity="ticket",
        expr=(
            "histogram_quantile(0.99, sum without (pod, instance)"
            " (rate(fanfare_event_loop_lag_seconds_bucket[5m]))) > 1"
        ),
        lasts=10 * MINUTE,
        summary="Something in a service does not yield: greenlets are woken over a second late",
        fires={
            'fanfare_event_loop_lag_seconds_bucket{le="1.0"}': "0+10x40",
            'fanfare_event_loop_lag_seconds_bucket{le="2.5"}': "0+100x40",
            'fanfare_event_loop_lag_seconds_bucket{le="+Inf"}': "0+100x40",
        },
        quiet={
            'fanfare_event_loop_lag_seconds_bucket{le="1.0"}': "0+100x40",
            'fanfare_event_loop_lag_seconds_bucket{le="2.5"}': "0+100x40",
            'fanfare_event_loop_lag_seconds_bucket{le="+Inf"}': "0+100x40",
        },
    ),
    Cause(
        name="FanfarePoolExhausted",
        severity="ticket",
        expr="max by (pool) (fanfare_database_connections / fanfare_database_pool_size) >= 1",
        lasts=5 * MINUTE,
        summary="Every database connection of a process of {{ $labels.pool }} is in use",
        fires={
            'fanfare_database_connections{pool="lead"}': "20+0x40",
            'fanfare_database_pool_size{pool="lead"}': "20+0x40",
        },
        quiet={
            'fanfare_database_connections{pool="lead"}': "19+0x40",
            'fanfare_database_pool_size{pool="lead"}': "20+0x40",
        },
        of={"pool": "lead"},
    ),
    Cause(
        name="FanfareWorkerFails",
        severity="ticket",
        expr='sum by (worker) (increase(fanfare_work_steps_total{outcome="failed"}[15m])) > 5',
        lasts=5 * MINUTE,
        summary="The steps of the worker {{ $labels.worker }} fail",
        fires={'fanfare_work_steps_total{worker="importer",outcome="failed"}': "0+1x40"},
        quiet={
            'fanfare_work_steps_total{worker="importer",outcome="failed"}': "3+0x40",
            'fanfare_work_steps_total{worker="importer",outcome="done"}': "0+9x40",
        },
        of={"worker": "importer"},
    ),
    Cause(
        name="FanfareWorkerStuck",
        severity="ticket",
        expr=f"{_since('max by (worker) (fanfare_work_tick_timestamp_seconds)')} > 7200",
        lasts=MINUTE,
        summary="The worker {{ $labels.worker }} has been at one step for over two hours",
        fires={'fanfare_work_tick_timestamp_seconds{worker="printer"}': "0+0x150"},
        quiet={'fanfare_work_tick_timestamp_seconds{worker="printer"}': "0+60x150"},
        of={"worker": "printer"},
        at=140,
    ),
    Cause(
        name="FanfareAuditUnsealed",
        severity="ticket",
        expr="max without (pod, instance) (fanfare_audit_unsealed_seconds) > 120",
        lasts=5 * MINUTE,
        summary="Entries of an audit trail have not been sealed for two minutes",
        fires={"fanfare_audit_unsealed_seconds": "0+60x40"},
        quiet={"fanfare_audit_unsealed_seconds": "12+0x40"},
    ),
)

OF_EVENTS = (
    Cause(
        name="FanfareReaderStuck",
        severity="page",
        expr=f"{_since('max by (queue) (fanfare_reader_tick_timestamp_seconds)')} > 120",
        lasts=MINUTE,
        summary="The reader of {{ $labels.queue }} does not go round",
        fires={'fanfare_reader_tick_timestamp_seconds{queue="lead.campaigns"}': "0+0x40"},
        quiet={
            'fanfare_reader_tick_timestamp_seconds{queue="lead.campaigns",instance="a"}': "0+0x40",
            'fanfare_reader_tick_timestamp_seconds{queue="lead.campaigns",instance="b"}': "0+60x40",
        },
        of={"queue": "lead.campaigns"},
    ),
    Cause(
        name="FanfareReaderAway",
        severity="page",
        expr="max by (queue) (fanfare_reader_registered) == 0",
        lasts=5 * MINUTE,
        summary="No reader of {{ $labels.queue }} is registered with the broker",
        fires={'fanfare_reader_registered{queue="lead.campaigns"}': "0+0x40"},
        quiet={
            'fanfare_reader_registered{queue="lead.campaigns",instance="a"}': "0+0x40",
            'fanfare_reader_registered{queue="lead.campaigns",instance="b"}': "1+0x40",
        },
        of={"queue": "lead.campaigns"},
    ),
    Cause(
        name="FanfareRelayStuck",
        severity="page",
        expr=f"{_since('max by (service) (fanfare_relay_tick_timestamp_seconds)')} > 120",
        lasts=MINUTE,
        summary="The relay of {{ $labels.service }} does not go round",
        fires={'fanfare_relay_tick_timestamp_seconds{service="lead"}': "0+0x40"},
        quiet={'fanfare_relay_tick_timestamp_seconds{service="lead"}': "0+60x40"},
        of={"service": "lead"},
    ),
    Cause(
        name="FanfareOutboxLags",
        severity="page",
        expr="max by (service) (fanfare_outbox_lag_seconds) > 30",
        lasts=5 * MINUTE,
        summary="Events of {{ $labels.service }} have waited for over half a minute to be shipped",
        fires={'fanfare_outbox_lag_seconds{service="lead"}': "0+60x40"},
        quiet={'fanfare_outbox_lag_seconds{service="lead"}': "0 45 2 50 0+0x40"},
        of={"service": "lead"},
    ),
    Cause(
        name="FanfareEventsDead",
        severity="ticket",
        expr='max by (queue) (fanfare_events_held{state="dead"}) > 0',
        lasts=MINUTE,
        summary="Events of {{ $labels.queue }} are dead until somebody says what becomes of them",
        fires={'fanfare_events_held{queue="lead.campaigns",state="dead"}': "2+0x40"},
        quiet={
            'fanfare_events_held{queue="lead.campaigns",state="dead"}': "0+0x40",
            'fanfare_events_held{queue="lead.campaigns",state="waiting"}': "7+0x40",
        },
        of={"queue": "lead.campaigns"},
    ),
    Cause(
        name="FanfareEventsHeldLong",
        severity="ticket",
        expr=(
            "max by (queue) (fanfare_events_held_oldest_seconds) > 900"
            ' unless on (queue) max by (queue) (fanfare_events_held{state="dead"}) > 0'
        ),
        lasts=10 * MINUTE,
        summary="An event of {{ $labels.queue }} has been tried again for a quarter of an hour",
        fires={
            'fanfare_events_held_oldest_seconds{queue="lead.campaigns"}': "0+60x40",
            'fanfare_events_held{queue="lead.campaigns",state="dead"}': "0+0x40",
        },
        quiet={
            'fanfare_events_held_oldest_seconds{queue="lead.campaigns"}': "0+60x40",
            'fanfare_events_held{queue="lead.campaigns",state="dead"}': "1+0x40",
        },
        of={"queue": "lead.campaigns"},
    ),
    Cause(
        name="FanfareQueueGrows",
        severity="ticket",
        expr='max by (queue) (rabbitmq_detailed_queue_messages_ready{queue!~".*[.]dead"}) > 10000',
        lasts=15 * MINUTE,
        summary="More than ten thousand messages wait in {{ $labels.queue }}",
        fires={'rabbitmq_detailed_queue_messages_ready{queue="lead.campaigns"}': "0+2000x40"},
        quiet={
            'rabbitmq_detailed_queue_messages_ready{queue="lead.campaigns"}': "0 20000 20000 0+0x40",
            'rabbitmq_detailed_queue_messages_ready{queue="lead.campaigns.dead"}': "20000+0x40",
        },
        of={"queue": "lead.campaigns"},
    ),
)
