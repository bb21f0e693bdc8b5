"""Makes the process cooperative. Must run before anything else is imported."""

import os
import warnings


def patch() -> None:
    """Monkey-patch the standard library with eventlet; psycopg2 becomes cooperative with it.

    Name look-ups stay with the operating system: eventlet's own resolver knows less of its settings.
    """
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()
