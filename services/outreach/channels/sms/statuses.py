"""What an SMS centre's command_status means for a message, in its own words and as a fate."""

from typing import Final

from smpplib.consts import (
    DESCRIPTIONS,
    SMPP_ESME_RINVBNDSTS,
    SMPP_ESME_RINVCMDID,
    SMPP_ESME_RMSGQFUL,
    SMPP_ESME_ROK,
    SMPP_ESME_RSUBMITFAIL,
    SMPP_ESME_RSYSERR,
    SMPP_ESME_RTHROTTLED,
    SMPP_ESME_RUNKNOWNERR,
    SMPP_ESME_RX_P_APPN,
    SMPP_ESME_RX_T_APPN,
)

TAKEN: Final[int] = SMPP_ESME_ROK
TRY_LATER: Final[int] = SMPP_ESME_RX_T_APPN
"""What we answer when we cannot keep what came in."""

NEVER: Final[int] = SMPP_ESME_RX_P_APPN
"""What we answer when we can never keep it."""

THROTTLED: Final = frozenset({SMPP_ESME_RTHROTTLED, SMPP_ESME_RMSGQFUL})
"""It is too much for the SMS centre: we slow down, and the message is tried later."""

TEMPORARY: Final = THROTTLED | {
    SMPP_ESME_RSYSERR,
    SMPP_ESME_RSUBMITFAIL,
    SMPP_ESME_RUNKNOWNERR,
    SMPP_ESME_RX_T_APPN,
}
"""The message was not taken, and may be another time."""

NOT_BOUND: Final[int] = SMPP_ESME_RINVBNDSTS
"""The session is not what we think it is."""

UNKNOWN_COMMAND: Final[int] = SMPP_ESME_RINVCMDID
UNKNOWN_ERROR: Final[int] = SMPP_ESME_RUNKNOWNERR


def words(status: int) -> str:
    """A status as people read it, such as ``0x0000000b Invalid Destination Address``."""
    return f"{status:#010x} {DESCRIPTIONS.get(status, 'unknown status')}"
