"""Follow-ups: what somebody shall do about an answer until when, and what came of it."""
