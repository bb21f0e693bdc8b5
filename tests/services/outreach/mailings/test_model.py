"""The rules of a delivery."""

from datetime import timedelta

from services.outreach.mailings.model import obstacle, retry_wait


def test_each_retry_waits_twice_as_long_up_to_an_hour() -> None:
    waits = [retry_wait(tries, base=10, limit=20) for tries in (1, 2, 3, 12)]
    assert waits == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 3600)]


def test_after_the_last_try_there_is_no_other() -> None:
    assert retry_wait(8, base=10, limit=8) is None


def test_a_contact_with_an_address_and_consent_may_be_mailed() -> None:
    assert obstacle(suppressed=None, address="a@example.org", consent=True) is None


def test_an_unsubscription_weighs_more_than_a_missing_consent() -> None:
    assert obstacle(suppressed="unsubscribed", address=None, consent=False) == "unsubscribed"


def test_without_an_address_or_consent_nothing_is_sent() -> None:
    assert obstacle(suppressed=None, address=None, consent=True) == "no_address"
    assert obstacle(suppressed=None, address="a@example.org", consent=False) == "no_consent"
