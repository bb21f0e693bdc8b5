"""The technical ground every service stands on. No word of the business domain lives here."""

import warnings

# eventlet says on every import that it is deprecated. That is decided and explained in ADR 0001.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
