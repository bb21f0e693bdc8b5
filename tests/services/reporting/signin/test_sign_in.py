"""Signing in to the pages: at an identity provider by code and PKCE, or with a token where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
import requests

from chassis import clock
from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import ANALYST, SALES_REP
from fanfare.local.ports import HOST, free_port
from services.reporting.service import ReportingService
from tests.harness.databases import SqliteFiles
from tests.harness.people import token_of
from tests.harness.serving import Client, serve
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.people import ANNA, REP
from tests.services.reporting.running import Reporting
from tests.services.reporting.signin.identity import CLIENT, SECRET, Identity, identity_provider, query_of

PEOPLE = {
    "anna": {"roles": [ANALYST], "departments": ["north"]},
    "sam": {"roles": [ANALYST], "departments": ["south"]},
    "rosa": {"roles": [SALES_REP], "departments": ["north"]},
}
AS_BROWSER = {"Accept": "text/html,*/*"}


@dataclass
class Desk:
    """The service, the provider, and a browser's cookies."""

    reporting: Reporting
    identity: Identity

    @property
    def client(self) -> Client:
        return self.reporting.client

    def open(self, path: str, cookies: dict[str, str] | None = None) -> requests.Response:
        return self.client.get(path, headers={**AS_BROWSER, "Cookie": _cookie(cookies or {})})

    def begin(self, path: str = "/pages/overview") -> tuple[str, dict[str, str]]:
        """Where the provider is to be asked, and the cookie that goes with it."""
        asked = self.open(self.open(path).headers["Location"].removeprefix(self.client.base_url))
        assert asked.status_code == 303
        return asked.headers["Location"], _cookies(asked)

    def answer(self, address: str, subject: str) -> str:
        """The path that the provider sends somebody back to who signed in there."""
        sent = requests.post(address, data={"subject": subject}, allow_redirects=False, timeout=10)
        assert sent.status_code == 302, sent.text
        return sent.headers["Location"].removeprefix(self.client.base_url)

    def sign_in(self, subject: str, path: str = "/pages/overview") -> requests.Response:
        address, cookies = self.begin(path)
        return self.open(self.answer(address, subject), cookies)


@contextmanager
def desk_of(url: str) -> Iterator[Desk]:
    """The service on a database, with a provider of its own."""
    port = free_port()
    database = Database(url, service="reporting")
    with (
        identity_provider(f"http://{HOST}:{port}/signed-in", PEOPLE) as identity,
        serve(
            ReportingService,
            url,
            link_key=KEY,
            http_port=port,
            oidc_issuer=identity.url,
            oidc_jwks=f"{identity.url}/keys",
            sign_in_client_id=CLIENT,
            sign_in_client_secret=SECRET,
        ) as served,
    ):
        reporting = Reporting(served, database, new_id())
        reporting.hear(*story(reporting.campaign_id))
        yield Desk(reporting, identity)
    database.close()


@pytest.fixture(scope="module")
def open_desk(sqlite_files: SqliteFiles) -> Iterator[Desk]:
    with desk_of(f"sqlite:///{sqlite_files.migrated('reporting')}") as desk:
        yield desk


@pytest.fixture
def desk(open_desk: Desk) -> Desk:
    open_desk.identity.twist = {}
    open_desk.identity.roles_in = "access_token"
    return open_desk


def test_somebody_signs_in_and_comes_back_to_where_they_wanted(desk: Desk) -> None:
    back = desk.sign_in("anna", "/pages/funnel?lang=zh")
    assert (back.status_code, back.headers["Location"]) == (303, "/pages/funnel?lang=zh")
    page = desk.open(back.headers["Location"], _cookies(back))
    assert page.status_code == 200 and "anna" in page.text and 'lang="zh"' in page.text


def test_the_provider_is_asked_with_state_nonce_and_a_challenge(desk: Desk) -> None:
    address, _ = desk.begin()
    asked, again = query_of(address), query_of(desk.begin()[0])
    assert asked["code_challenge_method"] == "S256" and asked["scope"] == "openid"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) > 40 and asked[name] != again[name]


@pytest.mark.parametrize("roles_in", ["id_token", "access_token"])
def test_roles_and_departments_are_read_from_either_token(desk: Desk, roles_in: str) -> None:
    desk.identity.roles_in = roles_in
    theirs = _cookies(desk.sign_in("anna"))
    strange = _cookies(desk.sign_in("sam"))
    path = desk.reporting.path("page")
    assert desk.open(path, theirs).status_code == 200
    assert desk.open(path, strange).status_code == 404


def test_who_has_no_reader_s_role_is_turned_away_after_the_sign_in(desk: Desk) -> None:
    assert desk.open("/pages/overview", _cookies(desk.sign_in("rosa"))).status_code == 403


def test_the_session_is_kept_where_no_script_and_no_other_site_gets_at_it(desk: Desk) -> None:
    session = _morsels(desk.sign_in("anna"))["fanfare_session"]
    assert session["httponly"] and session["samesite"] == "Lax" and int(session["max-age"]) == 8 * 3600


def test_a_session_opens_pages_and_no_interface_of_programs(desk: Desk) -> None:
    cookies = _cookies(desk.sign_in("anna"))
    assert desk.open("/pages/overview", cookies).status_code == 200
    assert desk.open("/reports/overview", cookies).status_code == 401
    assert desk.open("/campaigns", cookies).status_code == 401


def test_a_code_works_once_and_only_for_the_browser_that_asked(desk: Desk) -> None:
    address, cookies = desk.begin()
    back = desk.answer(address, "anna")
    _, foreign = desk.begin()
    assert desk.open(back, foreign).status_code == 401
    assert desk.open(back).status_code == 401
    assert desk.open(back, cookies).status_code == 303
    assert desk.open(back, cookies).status_code == 401


@pytest.mark.parametrize(
    "twist", [{"nonce": "other"}, {"aud": "another client"}, {"iss": "https://evil.example"}, {"exp": 1}]
)
def test_an_id_token_that_is_not_ours_lets_nobody_in(desk: Desk, twist: dict[str, object]) -> None:
    desk.identity.twist = twist
    assert desk.sign_in("anna").status_code == 401


def test_tokens_of_two_people_let_nobody_in(desk: Desk) -> None:
    desk.identity.twist = {"sub": "sam"}
    assert desk.sign_in("anna").status_code == 401


def test_who_signs_out_is_out(desk: Desk) -> None:
    out = desk.client.post(
        "/sign-out", headers={**AS_BROWSER, "Cookie": _cookie(_cookies(desk.sign_in("anna")))}
    )
    assert out.status_code == 303
    assert _cookies(out) == {"fanfare_session": ""}
    assert desk.open(out.headers["Location"]).status_code == 200


def test_a_session_ends_after_its_time(desk: Desk) -> None:
    cookies = _cookies(desk.sign_in("anna"))
    clock.travel(seconds=8 * 3600 + 1)
    assert desk.open("/pages/overview", cookies).status_code == 303


def test_programs_are_told_that_they_need_a_token(desk: Desk) -> None:
    assert desk.client.get("/pages/overview", headers={"Cookie": ""}).status_code == 401


def test_where_no_provider_is_set_a_token_signs_in(sqlite_files: SqliteFiles) -> None:
    url = f"sqlite:///{sqlite_files.migrated('reporting')}"
    with serve(ReportingService, url, link_key=KEY, oidc_issuer="fanfare", sign_in_client_id="") as client:
        asked = client.get("/sign-in?next=/pages/sales", headers=AS_BROWSER)
        assert asked.status_code == 200 and 'name="token"' in asked.text
        path = "/sign-in?next=/pages/sales"
        assert client.post(path, data={"token": "nonsense"}).status_code == 403
        taken = client.post(path, data={"token": token_of(ANNA)})
        assert (taken.status_code, taken.headers["Location"]) == (303, "/pages/sales")
        page = client.get("/pages/sales", headers={"Cookie": _cookie(_cookies(taken))})
        assert page.status_code == 200
        rep = client.post(path, data={"token": token_of(REP)})
        assert client.get("/pages/sales", headers={"Cookie": _cookie(_cookies(rep))}).status_code == 403


def _morsels(answer: requests.Response) -> SimpleCookie:
    jar = SimpleCookie()
    for header in answer.raw.headers.getlist("Set-Cookie"):
        jar.load(header)
    return jar


def _cookies(answer: requests.Response) -> dict[str, str]:
    return {
        name: morsel.value
        for name, morsel in _morsels(answer).items()
        if name == "fanfare_session" or morsel.value
    }


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
