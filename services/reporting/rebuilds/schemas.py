"""What projections and their rebuilds look like over HTTP."""

from marshmallow import Schema, fields, validate


class RebuildRequest(Schema):
    """The names of the projections to build anew; ``all`` stands for every one.

    With ``incomplete`` also where months were taken out of the archive, which the rows then lack.
    """

    incomplete = fields.Boolean(load_default=False)
    projections = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=100))


class RebuildView(Schema):
    """A rebuild: ``position`` is how far the new rows were folded, ``projections`` has versions by name."""

    id = fields.UUID(required=True)
    projections = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    state = fields.String(required=True)
    position = fields.Integer(required=True)
    events = fields.Integer(required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    moved_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class ProjectionView(Schema):
    """How a projection stands: ``current``, ``outdated`` (built by other code) or ``rebuilding``.

    ``position``, ``behind`` (positions), ``lag_seconds`` and ``progress`` (0 to 1) are those of the
    rebuild while one is under way; readers see the old rows meanwhile, which have all that is archived.
    """

    name = fields.String(required=True)
    version = fields.Integer(required=True)
    built_version = fields.Integer(required=True, allow_none=True)
    built_at = fields.AwareDateTime(required=True, allow_none=True)
    state = fields.String(required=True)
    position = fields.Integer(required=True)
    behind = fields.Integer(required=True)
    lag_seconds = fields.Float(required=True)
    progress = fields.Float(required=True)
    rebuild = fields.Nested(RebuildView, required=True, allow_none=True)


class ProjectionsView(Schema):
    """All projections, and the position of the last archived event."""

    last_position = fields.Integer(required=True)
    projections = fields.List(fields.Nested(ProjectionView), required=True)
