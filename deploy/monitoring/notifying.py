"""The configuration of Alertmanager: who hears of what, and what is not worth saying beside something else.

It tells by mail, to the sink of the composed stack; put your own server and addresses in their place.
"""

from typing import Any

_ABSENT = 'alertname="FanfareProcessAbsent"'


def file() -> dict[str, Any]:
    """The whole configuration."""
    return {
        "global": {
            "smtp_smarthost": "mailsink:2525",
            "smtp_from": "alerts@fanfare.invalid",
            "smtp_require_tls": False,
            "resolve_timeout": "5m",
        },
        "route": {
            "receiver": "tickets",
            "group_by": ["alertname", "service", "slo"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [{"matchers": ['severity="page"'], "receiver": "pages", "repeat_interval": "2h"}],
        },
        "inhibit_rules": [
            # Who is not there is late, too.
            {
                "source_matchers": [_ABSENT],
                "target_matchers": ['alertname!="FanfareProcessAbsent"'],
                "equal": ["service"],
            },
            {
                "source_matchers": ['severity="page"', 'slo!=""'],
                "target_matchers": ['severity="ticket"'],
                "equal": ["slo", "service"],
            },
        ],
        "receivers": [_by_mail("pages"), _by_mail("tickets")],
    }


def _by_mail(name: str) -> dict[str, Any]:
    return {"name": name, "email_configs": [{"to": f"{name}@fanfare.invalid", "send_resolved": True}]}
