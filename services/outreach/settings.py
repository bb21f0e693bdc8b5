"""What outreach needs to know beside what every service does: the mail server and the link key."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from chassis.clock import time_zones
from chassis.config import ConfigError, Settings, Url, api_port, setting
from chassis.keys import kept_key, keys_in
from services.outreach.channels.email.dkim import keys_of
from services.outreach.hearing.imap import Mailbox


@dataclass(frozen=True, kw_only=True)
class OutreachSettings(Settings):
    """Settings of the outreach service. Durations are in seconds."""

    http_port: int = api_port(8004)
    smtp_url: Url = setting(
        "smtp://127.0.0.1:2525",
        help="mail server as smtp://user:password@host:port (STARTTLS where offered) or smtps:// (TLS)",
        secret=True,
    )
    smtp_connections: int = setting(4, help="connections that one sender keeps to the mail server", minimum=1)
    smtp_seconds: float = setting(60.0, help="longest wait for an answer of the mail server", minimum=1)
    mail_from: str = setting("Fanfare <no-reply@fanfare.invalid>", help="From of every mail")
    notice_url: str = setting(
        "",
        help="where notices lead to: a URL in which {kind} (approval, task, lead, request, reassignment) and "
        "{id} are filled in; unset: they have no link",
    )
    link_key: str = kept_key(
        "link",
        help="secret of at least 32 characters that signs the links in mails; former ones in lines below it "
        "keep theirs good",
    )
    erasure_key: str | None = setting(
        None,
        help="secret that the digests of erased addresses are made with; unset: the last line of the link "
        "key, which then must stay",
        secret=True,
        minimum=32,
    )
    lease_seconds: float = setting(
        60.0, help="after this time without a sign of life a sender's batch is taken over", minimum=1
    )
    send_batch: int = setting(500, help="most deliveries that a sender takes at once", minimum=1, maximum=500)
    send_window: int = setting(
        96,
        help="most mails of a sender that are on their way at once; a crash leaves so many uncertain",
        minimum=1,
        maximum=500,
    )
    send_tries: int = setting(8, help="tries of one delivery before it fails", minimum=1)
    send_retry_seconds: float = setting(10.0, help="wait before the first retry; each doubles it", minimum=0)
    contact_seconds: float = setting(
        60.0, help="how long after its start a mailing waits for contacts that are not known yet", minimum=0
    )
    bounce_address: str = setting(
        help="where bounces go; the return path of each mail adds +token before its at sign",
        derived=lambda settings: f"bounce@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}",
        shown="bounce@<domain of mail_from>",
    )
    dkim_keys: str = setting(
        "",
        help="what signs the mails (DKIM): for each key a line selector._domainkey.domain and a private "
        "key as PEM; unset: they are not signed",
        secret=True,
    )
    mail_provider_url: Url | None = setting(
        None,
        help="Amazon SES in place of the mail server: ses://access_key:secret_key@email.REGION.amazonaws.com"
        "?configuration_set=…; unset: smtp_url",
        secret=True,
    )
    mail_provider_connections: int = setting(
        8, help="requests to the mail provider at the same time by one sender", minimum=1
    )
    mail_provider_seconds: float = setting(
        30.0, help="longest wait for the mail provider to go on with its answer", minimum=1
    )
    mail_price: str = setting("", help="agreed price of one mail at the provider, such as 0.0001")
    mail_currency: str = setting("", help="ISO 4217 currency of mail_price")
    time_zone: str = setting(
        "Etc/UTC", help="time zone of contacts whose own is not known, not even by their country"
    )
    watch_seconds: float = setting(
        3600.0, help="span of time that the rates of a mailing are watched over", minimum=60
    )
    watch_sample: int = setting(200, help="fewest copies in that span that a rate is judged by", minimum=1)
    pause_error_percent: float = setting(
        50.0, help="share of failed copies at which a mailing pauses by itself; 0: never", minimum=0
    )
    pause_bounce_percent: float = setting(
        10.0, help="share of copies bounced for good at which a mailing pauses by itself; 0: never", minimum=0
    )
    pause_complaint_percent: float = setting(
        0.3, help="share of complaints at which a mailing pauses by itself; 0: never", minimum=0
    )
    trial_sample: int = setting(
        30, help="fewest accepted copies of each variant that a trial is decided by", minimum=1
    )
    seed_addresses: str = setting(
        help="addresses, numbers and @domains that test sends may go to, with commas between",
        derived=lambda settings: f"@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}",
        shown="@<domain of mail_from>",
    )

    phone_region: str = setting(
        "CN", help="ISO 3166 country whose numbering plan reads a phone number without a country code"
    )
    smpp_url: Url | None = setting(
        None,
        help="SMS centre as smpp://system_id:password@host:port?system_type=… or smpps:// (TLS); unset: none",
        secret=True,
    )
    smpp_window: int = setting(
        50, help="parts that may wait for the SMS centre's answer in a session", minimum=1
    )
    smpp_seconds: float = setting(20.0, help="longest wait for an answer of the SMS centre", minimum=1)
    smpp_quiet_seconds: float = setting(
        30.0, help="after this time without a sign of life the SMS centre is asked for one", minimum=1
    )
    smpp_long_texts: Literal["parts", "payload"] = setting(
        "parts", help="who divides long texts: we (user data headers), or the SMS centre (message_payload)"
    )
    smpp_receipts: bool = setting(True, help="whether to ask the SMS centre for delivery receipts")
    sms_gateway_url: Url | None = setting(
        None,
        help="SMS gateway with Twilio's API as https://account:token@host, instead of smpp_url; unset: none",
        secret=True,
    )
    sms_gateway_callback: Url | None = setting(
        None, help="where the SMS gateway reports to; unset: our own webhook if it has a token"
    )
    sms_gateway_connections: int = setting(
        8, help="requests to the SMS gateway at the same time by one sender", minimum=1
    )
    sms_gateway_seconds: float = setting(20.0, help="longest wait for the SMS gateway's answer", minimum=1)
    sms_from: str = setting(
        "Fanfare", help="sender of every SMS: +number, short code, or up to 11 letters and digits"
    )
    sms_most_parts: int = setting(4, help="a text of more parts is not sent", minimum=1, maximum=255)
    sms_near: Literal["off", "punctuation", "letters"] = setting(
        "punctuation", help="what may be replaced by near characters of GSM 03.38 where that saves UCS-2"
    )
    sms_opt_out: Literal["never", "required", "always"] = setting(
        "required", help="when a text is given the way out: where the number's country wants it, or always"
    )
    sms_price: str = setting("", help="agreed price of one part, such as 0.07; empty: only the gateway's own")
    sms_currency: str = setting("", help="ISO 4217 currency of sms_price")

    inbound_smtp_port: int | None = setting(
        None, help="port that bounces and replies come in on by SMTP; unset: nobody listens"
    )
    inbound_smtp_host: str = setting("127.0.0.1", help="address that this port is opened on")
    inbound_tls_cert: Path | None = setting(
        None, help="certificate chain (PEM) for STARTTLS on that port; unset: it is not offered"
    )
    inbound_tls_key: Path | None = setting(
        None, help="private key (PEM) of the certificate; unset: it is in the same file"
    )
    inbound_recipients: str = setting(
        help="addresses and @domains that mail is taken for, with commas between; all others are refused",
        derived=lambda settings: f"{settings.bounce_address},{parseaddr(settings.mail_from)[1]}",
        shown="bounce_address and the address of mail_from",
    )
    inbound_max_bytes: int = setting(10 * 1024 * 1024, help="largest mail that is taken in", minimum=1024)
    inbound_max_recipients: int = setting(20, help="most recipients of one mail taken in", minimum=1)
    inbound_connections: int = setting(50, help="most SMTP clients served at the same time", minimum=1)
    inbound_maildir: Path | None = setting(
        None, help="maildir that bounces and replies are read from; unset: none"
    )
    inbound_imap_url: Url | None = setting(
        None,
        help="mailbox that bounces and replies are read from, as imaps://user:password@host/folder, "
        "or imap:// with STARTTLS; unset: none",
        secret=True,
    )
    inbound_imap_seconds: float = setting(30.0, help="pause between two looks into that mailbox", minimum=1)
    inbound_match_days: float = setting(
        14.0, help="a report that names only an address is about a mail of the last so many days", minimum=0
    )
    inbound_keep_days: float = setting(
        30.0, help="days that a mail taken in is kept whole; what was read in it stays", minimum=0
    )
    soft_bounces: int = setting(
        5, help="soft bounces of a contact in a row that end as a hard one", minimum=1
    )
    soft_bounce_days: float = setting(
        7.0, help="days that lie at least between the first and the last of these", minimum=0
    )
    webhook_ses_topics: str = setting("", help="ARNs of the SNS topics that Amazon SES may call from")
    webhook_sendgrid_key: str = setting("", help="verification key of SendGrid's event webhook")
    webhook_postmark_secret: str = setting(
        "", help="user:password in the URL that Postmark calls", secret=True
    )
    webhook_mailgun_key: str = setting("", help="HTTP webhook signing key of Mailgun", secret=True)
    webhook_twilio_token: str = setting("", help="auth token of the Twilio account", secret=True)
    form_posts_per_minute: int = setting(
        60,
        help="forms that one address may send in a minute; 0: no limit, where a proxy does that",
        minimum=0,
    )
    form_fewest_seconds: float = setting(
        2.0, help="a form that is sent sooner after it was shown comes back to be sent again", minimum=0
    )
    form_page_hours: float = setting(
        24.0, help="a form that was open for longer comes back to be sent again", minimum=0.1
    )
    form_confirm_days: float = setting(
        7.0, help="how long the link that confirms a submission works; then it is forgotten", minimum=0.1
    )
    form_mails_per_day: int = setting(
        3, help="mails asking to confirm that one address gets within a day; 0: no limit", minimum=0
    )
    form_redirect_hosts: str = setting(
        "", help="hosts that a form may lead on to after thanks, with commas between"
    )
    print_form: Literal["din-5008-b", "us-10"] = setting(
        "din-5008-b", help="form of printed letters: A4 for windows of DL and C5, or US Letter for number 10"
    )
    print_envelopes: Literal["none", "dl", "c5", "us-10"] = setting(
        "none", help="envelopes that are printed with the letters; none: they have windows"
    )
    print_labels: Literal[
        "none",
        "L7159",
        "L7160",
        "L7161",
        "L7162",
        "L7163",
        "L7165",
        "L7173",
        "5160",
        "5161",
        "5162",
        "5163",
        "5164",
    ] = setting("none", help="sheets of address labels that are printed with the letters, by Avery's number")
    print_sender: str = setting(
        "", help="who writes the letters: name and address with | between the lines, the name first"
    )
    print_country: str = setting(
        "", help="ISO code of the country letters are posted in; mail within it does not name the country"
    )
    print_batch: int = setting(250, help="letters that are printed as one batch", minimum=1, maximum=1000)
    print_pages: int = setting(20, help="most pages of one letter", minimum=1, maximum=200)
    print_seconds: float = setting(60.0, help="longest time to set the type of one batch", minimum=1)
    print_keep_days: float = setting(
        180.0,
        help="days that printed matter is kept after it was marked as sent to the print house",
        minimum=0,
    )
    fax_email: str = setting(
        "", help="mail address that faxes what is sent to it, such as {number}@fax.example.com; unset: none"
    )
    fax_gateway_url: Url | None = setting(
        None, help="fax gateway with Phaxio's API as https://key:secret@host; unset: none", secret=True
    )
    fax_gateway_seconds: float = setting(60.0, help="longest wait for an answer of that gateway", minimum=1)
    fax_connections: int = setting(2, help="requests to the fax gateway at the same time", minimum=1)
    chat_services: str = setting(
        "slack,discord,tgram,gchat,wxteams,pover,line",
        help="chat services of apprise that contacts may name, with commas between; empty: no chat",
    )
    chat_seconds: float = setting(15.0, help="longest wait for an answer of a chat service", minimum=1)
    chat_connections: int = setting(4, help="chat messages that are sent at the same time", minimum=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if "@" not in parseaddr(self.mail_from)[1]:
            raise ConfigError("FANFARE_OUTREACH_MAIL_FROM is wrong: it names no address.")
        if self.time_zone not in time_zones():
            raise ConfigError("FANFARE_OUTREACH_TIME_ZONE is wrong: there is no such time zone.")
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,15}@[^@\s]+", self.bounce_address):
            raise ConfigError(
                "FANFARE_OUTREACH_BOUNCE_ADDRESS is wrong: "
                "it needs an address with at most 15 letters and digits before the at sign."
            )
        try:
            keys_of(self.dkim_keys)
        except ValueError as error:
            raise ConfigError(f"FANFARE_OUTREACH_DKIM_KEYS is wrong: {error}.") from None
        if self.inbound_imap_url is not None:
            try:
                Mailbox.at(self.inbound_imap_url)
            except ValueError as error:
                raise ConfigError(f"FANFARE_OUTREACH_INBOUND_IMAP_URL is wrong: {error}.") from None

    @property
    def digest_key(self) -> str:
        """What the digests of erased addresses are made with."""
        return self.erasure_key or keys_in(self.link_key)[-1]
