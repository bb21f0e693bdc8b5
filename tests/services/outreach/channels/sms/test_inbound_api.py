"""Looking at what people texted, over HTTP."""

from tests.harness.people import person
from tests.services.outreach.builders import ANNA, MIA, STRANGER, know
from tests.services.outreach.channels.sms.texting import a_phone, a_text, arrive, later, work_off
from tests.services.outreach.conftest import Served


def test_a_department_sees_the_texts_of_its_contacts_only(served: Served) -> None:
    know(served.database, a_phone(1))
    arrive(served.database, a_text("STOP"), a_text("Who?", source="4915100000009"))
    work_off(served.database)
    later(served.database, minutes=11)
    work_off(served.database)
    (item,) = served.client.get("/inbound-sms", as_=ANNA).json()["items"]
    assert (item["text"], item["outcome"], item["source"]) == ("STOP", "unsubscribed", "+4915100000001")
    assert served.client.get("/inbound-sms", as_=STRANGER).json()["items"] == []
    everything = person("ada", "administrator", departments=("*",))
    outcomes = [one["outcome"] for one in served.client.get("/inbound-sms", as_=everything).json()["items"]]
    assert sorted(outcomes) == ["unknown_number", "unsubscribed"]


def test_texts_are_found_by_what_they_led_to_and_by_their_sender(served: Served) -> None:
    know(served.database, a_phone(1), a_phone(2))
    arrive(served.database, a_text("STOP"), a_text("Hi", source="4915100000002"))
    work_off(served.database)

    def found(**query: str) -> list[str]:
        return [
            one["text"] for one in served.client.get("/inbound-sms", as_=MIA, params=query).json()["items"]
        ]

    assert found(outcome="no_delivery") == ["Hi"]
    assert found(source="+4915100000001") == ["STOP"]
    assert served.client.get("/inbound-sms", as_=MIA, params={"outcome": "eaten"}).status_code == 422
