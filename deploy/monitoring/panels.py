"""Dashboards of Grafana as data, and how they are written as the JSON that Grafana imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
SCHEMA = 39
ROW_WIDTH = 24
HEIGHT = 8

Kind = Literal["timeseries", "stat", "table", "bargauge"]


@dataclass(frozen=True)
class Query:
    """PromQL, and how its series are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One picture. ``unit`` is a unit of Grafana; ``width`` is in twenty-fourths of the page."""

    title: str
    queries: Sequence[Query]
    unit: str = "short"
    kind: Kind = "timeseries"
    width: int = 8
    about: str = ""


@dataclass(frozen=True)
class Variable:
    """A choice at the top of the page: the values of a label of a metric."""

    name: str
    metric: str


@dataclass(frozen=True)
class Board:
    """A page of rows, each with a heading and panels."""

    uid: str
    title: str
    rows: Sequence[tuple[str, Sequence[Panel]]]
    variables: Sequence[Variable] = ()

    def panels(self) -> list[Panel]:
        """All panels of the page."""
        return [panel for _, panels in self.rows for panel in panels]

    def written(self) -> dict[str, Any]:
        """The page as Grafana imports it."""
        return {
            "uid": self.uid,
            "title": self.title,
            "tags": ["fanfare"],
            "schemaVersion": SCHEMA,
            "version": 1,
            "editable": False,
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": "now-6h", "to": "now"},
            "timezone": "browser",
            "templating": {"list": [_source(), *map(_choice, self.variables)]},
            "annotations": {"list": []},
            "links": [
                {"type": "dashboards", "tags": ["fanfare"], "title": "Fanfare", "asDropdown": True},
            ],
            "panels": self._placed(),
        }

    def _placed(self) -> list[dict[str, Any]]:
        placed: list[dict[str, Any]] = []
        top = 0
        for title, panels in self.rows:
            placed.append(_heading(len(placed) + 1, title, top))
            top, left = top + 1, 0
            for panel in panels:
                if left + panel.width > ROW_WIDTH:
                    top, left = top + HEIGHT, 0
                placed.append(_picture(len(placed) + 1, panel, {"x": left, "y": top}))
                left += panel.width
            top += HEIGHT
        return placed


def _heading(number: int, title: str, top: int) -> dict[str, Any]:
    place = {"h": 1, "w": ROW_WIDTH, "x": 0, "y": top}
    return {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}


def _picture(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    instant = panel.kind in ("table", "bargauge")
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": {"h": HEIGHT, "w": panel.width, **place},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": _options(panel.kind),
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": SOURCE,
                "expr": query.expr,
                "legendFormat": query.legend,
                "instant": instant,
                "range": not instant,
                "format": "table" if panel.kind == "table" else "time_series",
            }
            for index, query in enumerate(panel.queries)
        ],
    }


def _options(kind: Kind) -> dict[str, Any]:
    newest = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    if kind == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
    return {} if kind == "table" else newest


def _source() -> dict[str, Any]:
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}


def _choice(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "type": "query",
        "datasource": SOURCE,
        "query": f"label_values({variable.metric}, {variable.name})",
        "refresh": 2,
        "sort": 1,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }
