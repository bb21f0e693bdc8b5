"""A template taken apart once for a mailing: what never changes, and the values that do.

jinja2 parses the source; what it would only copy is taken as text, a plain field is looked up and
escaped, and everything else (filters, conditions inside a value) stays with jinja2, each expression as
a small template of its own. Nothing in the template language can hand a value from one expression to
the next, so the pieces together say what the whole would.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, Template, nodes
from markupsafe import escape

from services.outreach.templates import language

Values = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A value that differs from recipient to recipient. Fields of one ``name`` have the same value.

    ``uses`` are the names that it is made of; where ``bare``, it is just the value of ``name``, escaped if
    it stands in HTML.
    """

    name: str
    of: Callable[[Values], str]
    uses: frozenset[str]
    bare: bool = False


@dataclass(frozen=True)
class Choice:
    """``{% if %}``: the first branch whose test holds, else ``otherwise``. ``uses`` is for the tests."""

    branches: tuple[tuple[Callable[[Values], str], tuple["Segment", ...]], ...]
    otherwise: tuple["Segment", ...]
    uses: frozenset[str]

    def chosen(self, values: Values) -> tuple["Segment", ...]:
        for test, segments in self.branches:
            if test(values):
                return segments
        return self.otherwise


Segment = str | Field | Choice


def segments(source: str, *, escaping: bool, fixed: Values) -> tuple[Segment, ...]:
    """The segments of a source; ``fixed`` are fields with the same value for all. ``escaping``: it is HTML.

    Raises jinja2's TemplateError for a source that is no template.
    """
    environment = language.environment(escaping=escaping)
    return _Reader(environment, escaping=escaping, fixed=fixed).segments(environment.parse(source).body)


def text_of(segments: Iterable[Segment], values: Values) -> str:
    """What a template says to one recipient. Raises one of RENDER_ERRORS."""
    return "".join(_texts(segments, values))


def used(segments: Iterable[Segment]) -> frozenset[str]:
    """The names of all values that a template uses."""
    names: frozenset[str] = frozenset()
    for segment in segments:
        if isinstance(segment, Field):
            names |= segment.uses
        elif isinstance(segment, Choice):
            names |= segment.uses.union(used(segment.otherwise), *(used(one) for _, one in segment.branches))
    return names


def _texts(segments: Iterable[Segment], values: Values) -> Iterator[str]:
    for segment in segments:
        if isinstance(segment, str):
            yield segment
        elif isinstance(segment, Field):
            yield segment.of(values)
        else:
            yield from _texts(segment.chosen(values), values)


class _Reader:
    """Turns the nodes of a template into segments."""

    def __init__(self, environment: Environment, *, escaping: bool, fixed: Values) -> None:
        self._environment = environment
        self._escaping = escaping
        self._fixed = fixed

    def segments(self, body: Iterable[nodes.Node]) -> tuple[Segment, ...]:
        """Neighbouring texts are made one."""
        found: list[Segment] = []
        for segment in self._read(body):
            if isinstance(segment, str) and found and isinstance(found[-1], str):
                found[-1] += segment
            elif segment != "":
                found.append(segment)
        return tuple(found)

    def _read(self, body: Iterable[nodes.Node]) -> Iterator[Segment]:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    yield self._output(part)
            elif isinstance(node, nodes.If):
                yield self._choice(node)
            else:
                yield self._rendered(node)

    def _output(self, part: nodes.Expr) -> Segment:
        if isinstance(part, nodes.TemplateData):
            return part.data
        if not isinstance(part, nodes.Name):
            return self._rendered(nodes.Output([part], lineno=part.lineno))
        if part.name in self._fixed:
            return self._escaped(self._fixed[part.name])
        return Field(part.name, self._looked_up(part.name), frozenset({part.name}), bare=True)

    def _choice(self, node: nodes.If) -> Choice:
        conditions: tuple[nodes.If, ...] = (node, *node.elif_)
        branches = tuple((self._test(one.test), self.segments(one.body)) for one in conditions)
        names = frozenset[str]().union(*(_names(one.test) for one in conditions))
        return Choice(branches, self.segments(node.else_), names)

    def _test(self, test: nodes.Node) -> Callable[[Values], str]:
        holds = nodes.Output([nodes.TemplateData("1", lineno=test.lineno)], lineno=test.lineno)
        return self._template(nodes.If(test, [holds], [], [], lineno=test.lineno))

    def _rendered(self, node: nodes.Node) -> Field:
        return Field(repr(node), self._template(node), _names(node))

    def _template(self, node: nodes.Node) -> Callable[[Values], str]:
        tree = nodes.Template([node], lineno=1)
        tree.set_environment(self._environment)
        code = self._environment.compile(tree)
        template = Template.from_code(self._environment, code, self._environment.globals)
        fixed = self._fixed
        return lambda values: template.render(values, **fixed)

    def _looked_up(self, name: str) -> Callable[[Values], str]:
        if self._escaping:
            return lambda values: escape(values[name])
        return lambda values: values[name]

    def _escaped(self, text: str) -> str:
        return str(escape(text)) if self._escaping else text


def _names(node: nodes.Node) -> frozenset[str]:
    found = {one.name for one in node.find_all(nodes.Name)}
    return frozenset(found | {node.name} if isinstance(node, nodes.Name) else found)
