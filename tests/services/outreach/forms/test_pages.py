"""What a visitor meets at the address of a form."""

from datetime import timedelta

import pytest

from chassis import clock
from chassis.clock import now
from services.outreach.forms.actions import change_form, publish_form
from services.outreach.forms.queries import take_form
from services.outreach.forms.sealing import Seals
from tests.services.outreach.builders import LINK_KEY, MIA, STRANGER
from tests.services.outreach.conftest import Served
from tests.services.outreach.forms.builders import (
    EMAIL,
    HOSTS,
    NEWS,
    VISITOR,
    Page,
    a_form,
    a_letter,
    mails,
    questionnaire,
    submissions,
    words,
)


@pytest.fixture
def backend() -> str:
    """One kind of database: on both it is tried what becomes of a submission, not how its page looks."""
    return "sqlite"


def test_a_form_that_is_sent_is_confirmed(hosting: Served) -> None:
    form = a_form(hosting.database)
    sent = Page(hosting.client).send(**VISITOR, news="yes")
    assert (sent.status_code, "Thank you" in sent.text) == (200, True)
    [submission] = submissions(hosting.database)
    assert (submission.form_id, submission.state, submission.version) == (form.id, "confirmed", 1)
    assert (submission.email, submission.answers) == ("lin@example.com", {"news": "yes"})
    assert submission.consents == [{"channel": "email", "wording": "Yes, send me news by e-mail."}]


def test_a_consent_that_is_not_given_is_none(hosting: Served) -> None:
    a_form(hosting.database)
    Page(hosting.client).send(**VISITOR)
    assert [one.consents for one in submissions(hosting.database)] == [[]]


def test_what_is_wrong_comes_back_with_what_was_written_and_the_reason_at_the_field(hosting: Served) -> None:
    a_form(hosting.database)
    sent = Page(hosting.client).send(email='<script>"', news="yes")
    assert sent.status_code == 422
    assert 'value="&lt;script&gt;&#34;"' in sent.text
    assert 'id="email-wrong">Please enter an address such as name@example.com.' in sent.text
    assert 'aria-describedby="email-wrong"' in sent.text
    assert submissions(hosting.database) == []


def test_the_page_that_came_back_can_be_sent(hosting: Served) -> None:
    a_form(hosting.database)
    page = Page(hosting.client)
    stamp = page.stamp()
    assert page.send(stamp, email="x").status_code == 422
    assert page.send(stamp, **VISITOR).status_code == 200


def test_the_same_page_sent_twice_is_one_submission(hosting: Served) -> None:
    a_form(hosting.database)
    page = Page(hosting.client)
    stamp = page.stamp()
    answers = [page.send(stamp, **VISITOR) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [one.version for one in submissions(hosting.database)] == [1]


def test_consent_names_the_version_that_was_shown_not_the_one_published_meanwhile(hosting: Served) -> None:
    form = a_form(hosting.database)
    page = Page(hosting.client)
    stamp = page.stamp()
    changed = questionnaire(fields=[EMAIL, {**NEWS, "label": words("Other words.")}])
    with hosting.database.transaction(MIA) as session:
        held = take_form(session, MIA, form.id)
        change_form(session, held, design=changed, hosts=HOSTS)
        publish_form(session, MIA, held, hosts=HOSTS)
    page.send(stamp, **VISITOR, news="yes")
    page.send(**VISITOR, news="yes")
    told = [(one.form_version, one.consents[0]["wording"]) for one in submissions(hosting.database)]
    assert told == [
        (1, "Yes, send me news by e-mail."),
        (2, "Other words."),
    ]


def test_a_page_runs_no_scripts_and_takes_its_style_from_the_service(hosting: Served) -> None:
    a_form(hosting.database)
    page = Page(hosting.client).open()
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "style-src 'self'" in policy and "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    style = hosting.client.get("/forms/form.css")
    assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "<script" not in page.text and 'style="' not in page.text


def test_the_language_is_the_one_asked_for_or_that_of_the_browser(hosting: Served) -> None:
    texts = {"en": {"title": "Fair"}, "de": {"title": "Messe"}}
    fields = [{**EMAIL, "label": {"en": "Email", "de": "E-Mail"}}]
    design = questionnaire(languages=["en", "de"], texts=texts, fields=fields)
    a_form(hosting.database, design=design)
    page = Page(hosting.client)
    assert '<html lang="en">' in page.open().text
    assert '<html lang="de">' in page.open(headers={"Accept-Language": "de-AT,de;q=0.8"}).text
    asked = hosting.client.get("/forms/spring-fair?language=de", headers={"Accept-Language": "en"}).text
    assert "Messe" in asked and "Absenden" in asked


@pytest.mark.parametrize("code", ["unknown", "x" * 33, "%00", "a" * 300])
def test_a_form_that_is_not_there_says_so(hosting: Served, code: str) -> None:
    assert hosting.client.get(f"/forms/{code}").status_code == 404


def test_a_draft_is_not_hosted(hosting: Served) -> None:
    a_form(hosting.database, published=False)
    assert Page(hosting.client).open().status_code == 404


def test_a_form_opens_and_closes_by_its_times(hosting: Served) -> None:
    later, latest = now() + timedelta(hours=1), now() + timedelta(hours=2)
    a_form(hosting.database, opens_at=later, closes_at=latest)
    page = Page(hosting.client)
    assert "Not open yet" in page.open().text
    clock.travel(seconds=3600)
    stamp = page.stamp()
    clock.travel(seconds=7200)
    assert (page.open().status_code, "takes no more answers" in page.open().text) == (410, True)
    assert page.send(stamp, **VISITOR).status_code == 410
    assert submissions(hosting.database) == []


def test_after_thanks_it_leads_on_to_the_address_of_the_design(hosting: Served) -> None:
    a_form(hosting.database, design=questionnaire(redirect_url="https://shop.example/thanks"))
    page = Page(hosting.client)
    assert "form-action 'self' https://shop.example;" in page.open().headers["Content-Security-Policy"]
    sent = page.send(**VISITOR)
    assert (sent.status_code, sent.headers["Location"]) == (303, "https://shop.example/thanks")


def test_a_hidden_field_takes_its_value_from_the_address_or_the_design(hosting: Served) -> None:
    fields = [EMAIL, {"name": "utm_source", "type": "hidden", "value": "web"}]
    a_form(hosting.database, design=questionnaire(fields=fields))
    assert 'name="utm_source" value="web"' in Page(hosting.client).open().text
    tagged = Page(hosting.client, "/forms/spring-fair?utm_source=%22%3Efair&email=x").open().text
    assert 'name="utm_source" value="&#34;&gt;fair"' in tagged
    assert 'name="email" type="email" value=""' in tagged


class TestGuard:
    """Programs are turned away, and people can go on."""

    def test_a_field_that_nobody_sees_gives_programs_away(self, hosting: Served) -> None:
        a_form(hosting.database)
        page = Page(hosting.client)
        stamp = page.stamp()
        sent = page.send(stamp, **VISITOR, **{"home-page": "https://spam.example"})
        assert (sent.status_code, "must stay empty" in sent.text) == (422, True)
        assert "spam.example" not in sent.text
        assert submissions(hosting.database) == []
        assert page.send(stamp, **VISITOR).status_code == 200

    def test_faster_than_one_can_read_is_too_fast(self, strict: Served) -> None:
        a_form(strict.database)
        page = Page(strict.client)
        stamp = page.stamp()
        assert "very fast" in page.send(stamp, **VISITOR).text
        clock.travel(seconds=3601)
        assert page.send(stamp, **VISITOR).status_code == 200

    def test_a_page_from_yesterday_comes_back_fresh(self, hosting: Served) -> None:
        a_form(hosting.database)
        page = Page(hosting.client)
        stamp = page.stamp()
        clock.travel(seconds=25 * 3600)
        sent = page.send(stamp, **VISITOR)
        assert (sent.status_code, "open for too long" in sent.text) == (422, True)
        assert stamp not in sent.text

    @pytest.mark.parametrize("stamp", ["", "x", "ä", "A" * 60])
    def test_a_page_without_our_stamp_is_not_taken(self, hosting: Served, stamp: str) -> None:
        a_form(hosting.database)
        sent = hosting.client.post("/forms/spring-fair", data={**VISITOR, "page-stamp": stamp})
        assert sent.status_code == 422
        assert submissions(hosting.database) == []

    def test_the_stamp_of_another_form_is_none(self, hosting: Served) -> None:
        a_form(hosting.database)
        a_form(hosting.database, code="other")
        stamp = Page(hosting.client, "/forms/other").stamp()
        assert Page(hosting.client).send(stamp, **VISITOR).status_code == 422

    def test_one_address_sends_so_many_in_a_minute(self, strict: Served) -> None:
        a_form(strict.database)
        page = Page(strict.client)
        statuses = [page.send(**VISITOR).status_code for _ in range(4)]
        assert statuses == [422, 422, 429, 429]

    def test_a_page_larger_than_any_form_is_not_read(self, hosting: Served) -> None:
        a_form(hosting.database)
        assert Page(hosting.client).send(email="x" * 300_000).status_code == 413


class TestConfirmedOptIn:
    """Nothing counts before the link in the mail was followed and its button pressed."""

    @pytest.fixture
    def path(self, hosting: Served) -> str:
        """Where the mail to somebody who sent a form leads to."""
        a_form(hosting.database, design=questionnaire(confirmed_opt_in=True))
        sent = Page(hosting.client).send(**VISITOR, news="yes")
        assert "One more step" in sent.text
        [submission] = submissions(hosting.database)
        return f"/forms/confirmations/{Seals(LINK_KEY).confirmation(submission.id)}"

    def test_a_mail_is_queued_and_nothing_is_published(self, hosting: Served, path: str) -> None:
        assert [(mail.purpose, mail.state, mail.address) for mail in mails(hosting.database)] == [
            ("confirm", "queued", "lin@example.com")
        ]
        assert [one.version for one in submissions(hosting.database)] == [0]

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_looking_at_the_link_confirms_nothing(self, hosting: Served, path: str, method: str) -> None:
        assert hosting.client.call(method, path).status_code == 200
        assert [one.state for one in submissions(hosting.database)] == ["pending"]

    def test_the_button_confirms_once(self, hosting: Served, path: str) -> None:
        assert "<button" in hosting.client.get(path).text
        for _ in range(2):
            assert "Thank you" in hosting.client.post(path, data={}).text
        assert [(one.state, one.version) for one in submissions(hosting.database)] == [("confirmed", 1)]
        assert "<button" not in hosting.client.get(path).text

    def test_a_changed_link_confirms_nothing(self, hosting: Served, path: str) -> None:
        other = path[:-4] + ("AAAA" if path[-4:] != "AAAA" else "BBBB")
        assert hosting.client.post(other, data={}).status_code == 404
        assert [one.state for one in submissions(hosting.database)] == ["pending"]

    def test_an_address_gets_only_so_many_mails_a_day(self, hosting: Served, path: str) -> None:
        for _ in range(3):
            Page(hosting.client).send(**VISITOR)
        assert [(mail.state, mail.reason) for mail in mails(hosting.database)] == [
            ("queued", ""),
            ("queued", ""),
            ("queued", ""),
            ("failed", "too_many_mails"),
        ]


class TestPersonalPages:
    """A known recipient is not asked who they are, and what they say is an answer to the mail."""

    def test_who_it_is_is_not_asked(self, hosting: Served) -> None:
        a_form(hosting.database)
        letter = a_letter(hosting.database)
        page = Page(hosting.client, letter.path("spring-fair"))
        assert 'name="email"' not in page.open().text
        assert page.send(news="yes").status_code == 200
        [submission] = submissions(hosting.database)
        assert (submission.contact_id, submission.email) == (letter.delivery.contact_id, None)

    def test_whoever_answers_a_mail_twice_has_answered_once(self, hosting: Served) -> None:
        a_form(hosting.database)
        page = Page(hosting.client, a_letter(hosting.database).path("spring-fair"))
        for _ in range(2):
            assert "Thank you" in page.send(news="yes").text
        assert len(submissions(hosting.database)) == 1

    def test_without_a_code_it_is_the_form_of_the_campaign(self, hosting: Served) -> None:
        letter = a_letter(hosting.database)
        assert hosting.client.get(letter.path()).status_code == 404
        a_form(hosting.database, campaign_id=letter.mailing.campaign_id)
        assert "Spring fair" in hosting.client.get(letter.path()).text
        assert Page(hosting.client, letter.path()).send(news="yes").status_code == 200

    def test_the_form_of_another_department_is_not_there(self, hosting: Served) -> None:
        a_form(hosting.database, department="south", actor=STRANGER)
        assert hosting.client.get(a_letter(hosting.database).path("spring-fair")).status_code == 404

    def test_a_changed_token_or_one_of_another_kind_opens_nothing(self, hosting: Served) -> None:
        a_form(hosting.database)
        path = a_letter(hosting.database).path("spring-fair")
        token = path.split("/")[2]
        for other in (f"{token[:-3]}AAA", token[4:], "x"):
            assert hosting.client.get(f"/p/{other}/spring-fair").status_code == 404
        assert hosting.client.get(f"/u/{token}").status_code == 404
