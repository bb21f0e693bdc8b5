"""What of a change to the schemas would break somebody, measured against the schemas last shipped.

Both directions count: readers built on the old schema meet new events, and today's readers meet old
events from the archive. So a field may neither lose nor gain the promise that it is there.
"""

from collections.abc import Iterator

from contracts.schemas import Schema, resolve

DECLARED_VALUES: frozenset[tuple[str, str]] = frozenset(
    {("answer.received.v1 kind", kind) for kind in ("survey", "registration", "check_in", "reply", "sms")}
    | {("suppression.added.v1 reason", reason) for reason in ("returned", "imported")}
    | {("campaign.returned.v1 outcome", "withdrawn")}
    | {("campaign.responded.v1 kind", kind) for kind in ("survey", "registration", "check_in", "note")}
    | {
        (f"approval.{verb}.v1 kind", kind)
        for verb in ("opened", "decided", "voided")
        for kind in ("purchase", "quote", "transfer", "advance")
    }
    | {("campaign.returned.v1 outcome", "withdrawn")}
    | {("budget.posted.v1 kind", kind) for kind in ("reserve", "transfer", "adjust", "allocate")}
)
"""New enum values that every reader is known to bear: (``type field.path``, value)."""

_LEAST = ("minLength", "minimum", "minItems")
_MOST = ("maxLength", "maximum", "maxItems")
_FIXED = ("type", "format", "pattern", "const")


def breaks(
    shipped: dict[str, Schema],
    current: dict[str, Schema],
    declared_values: frozenset[tuple[str, str]] = DECLARED_VALUES,
) -> list[str]:
    """Every breaking change from ``shipped`` to ``current``, both by event type; one sentence each."""
    found = []
    for wire_type, old in shipped.items():
        if wire_type not in current:
            found.append(f"{wire_type}: the event was removed")
            continue
        comparison = _Comparison(old, current[wire_type], declared_values)
        found += comparison.between(wire_type, old, current[wire_type])
    return found


class _Comparison:
    """Walks two schemas of one event side by side."""

    def __init__(
        self, old_root: Schema, new_root: Schema, declared_values: frozenset[tuple[str, str]]
    ) -> None:
        self._old_root = old_root
        self._new_root = new_root
        self._declared_values = declared_values

    def between(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        old, new = resolve(old, self._old_root), resolve(new, self._new_root)
        for key in _FIXED:
            if old.get(key) != new.get(key):
                yield f"{path}: {key} changed from {old.get(key)} to {new.get(key)}"
                return
        yield from self._bounds(path, old, new)
        yield from self._values(path, old, new)
        yield from self._choices(path, old, new)
        yield from self._fields(path, old, new)
        if "items" in old and "items" in new:
            yield from self.between(f"{path}[]", old["items"], new["items"])

    def _bounds(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        for key in (*_LEAST, *_MOST):
            before, after = old.get(key), new.get(key)
            if after is None or after == before:
                continue
            if before is None or (after > before if key in _LEAST else after < before):
                yield f"{path}: {key} was narrowed from {before} to {after}"

    def _values(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        if ("enum" in old) != ("enum" in new):
            yield f"{path}: the list of allowed values was {'removed' if 'enum' in old else 'introduced'}"
            return
        before, after = set(old.get("enum", ())), set(new.get("enum", ()))
        for value in sorted(before - after):
            yield f"{path}: the value {value} was removed"
        for value in sorted(after - before):
            if (path, value) not in self._declared_values:
                yield f"{path}: the value {value} was added without being declared; strict readers refuse it"

    def _choices(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("anyOf", []), new.get("anyOf", [])
        if len(before) != len(after):
            yield f"{path}: the choice of types changed"
            return
        for old_choice, new_choice in zip(before, after, strict=True):
            yield from self.between(path, old_choice, new_choice)

    def _fields(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        promised, required = old.get("required", []), new.get("required", [])
        separator = "." if " " in path else " "
        for name, field in before.items():
            inner = f"{path}{separator}{name}"
            if name not in after:
                yield f"{inner}: the field was removed"
                continue
            if (name in promised) != (name in required):
                yield f"{inner}: the field became {'required' if name in required else 'optional'}"
            yield from self.between(inner, field, after[name])
        for name in after:
            if name not in before and name in required:
                yield f"{path}{separator}{name}: a required field was added"
