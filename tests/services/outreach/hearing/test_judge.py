"""Hard or soft: what words, statuses and codes mean, and what is doubted."""

from pathlib import Path

import pytest

from services.outreach.hearing.judge import Evidence, judge, plain

ANSWERS = Path(__file__).with_name("answers.txt")
AT_RCPT = "(in reply to RCPT TO command)"


def known_answers() -> list[tuple[str, str]]:
    """What servers say, each with its meaning."""
    lines = [line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")]
    return [(meaning, answer) for meaning, _, answer in (line.partition("\t") for line in lines)]


def test_answers_of_many_servers_mean_what_their_makers_say() -> None:
    judged = [
        (judge(Evidence(answer=answer, notice=AT_RCPT)).meaning, answer) for _, answer in known_answers()
    ]
    assert judged == known_answers()


@pytest.mark.parametrize(
    ("status", "meaning", "reason"),
    [
        ("5.1.1", "hard", "unknown_user"),
        ("5.1.2", "hard", "unknown_host"),
        ("5.1.6", "hard", "moved"),
        ("5.1.10", "hard", "refuses_mail"),
        ("5.2.1", "soft", "mailbox_disabled"),
        ("5.2.2", "soft", "mailbox_full"),
        ("5.4.7", "soft", "expired"),
        ("5.7.1", "soft", "policy"),
        ("5.7.26", "soft", "policy"),
        ("4.2.2", "soft", "mailbox_full"),
        ("5.0.0", "soft", "undetermined"),
        ("", "soft", "undetermined"),
    ],
)
def test_without_words_the_status_decides(status: str, meaning: str, reason: str) -> None:
    judged = judge(Evidence(status=status, action="failed"))
    assert (judged.meaning, judged.reason) == (meaning, reason)


@pytest.mark.parametrize(
    "words",
    [
        "552 5.1.1 mailbox lin@example.org is over quota temporarily",
        "550 5.1.1 Service unavailable; client host blocked using Spamhaus",
        "550 5.1.1 message rejected because of SPF policy",
        "550 5.1.1 Greylisted, please try later",
    ],
)
def test_words_that_are_not_about_the_address_outvote_a_hard_status(words: str) -> None:
    assert judge(Evidence(answer=words, status="5.1.1", action="failed")).meaning == "soft"


@pytest.mark.parametrize(
    ("around", "meaning", "reason"),
    [
        ("(in reply to RCPT TO command)", "hard", "unknown_user"),
        ("(in reply to end of DATA command)", "soft", "unconfirmed"),
        ("(in reply to MAIL FROM command)", "soft", "sender_refused"),
        (">>> RCPT To:<lin@example.org> <<< 550 User unknown", "hard", "unknown_user"),
        (">>> DATA <<< 550 User unknown", "soft", "unconfirmed"),
        ("", "soft", "unconfirmed"),
    ],
)
def test_a_catchword_counts_only_where_the_address_itself_was_refused(
    around: str, meaning: str, reason: str
) -> None:
    judged = judge(Evidence(answer="550 User unknown", notice=around, action="failed"))
    assert (judged.meaning, judged.reason) == (meaning, reason)


def test_a_passing_answer_is_soft_unless_the_other_side_gave_up() -> None:
    answer = "450 4.1.1 <lin@example.org>: Recipient address rejected: User unknown in virtual alias table"
    assert judge(Evidence(answer=answer, action="delayed")).meaning == "soft"
    assert judge(Evidence(answer=answer)).meaning == "soft"
    assert judge(Evidence(answer=answer, action="failed")).meaning == "hard"


def test_what_an_address_is_called_is_no_word_about_it() -> None:
    answer = "550 5.7.1 <user-unknown@mailbox-full.example>: rejected"
    judged = judge(Evidence(answer=answer))
    assert (judged.meaning, judged.rule) == ("soft", "status 5.7.1")


def test_the_answer_of_the_other_server_counts_before_the_words_around_it() -> None:
    judged = judge(
        Evidence(answer="552 5.2.2 Over quota", notice="The user does not exist, or the box is full")
    )
    assert judged.reason == "mailbox_full"


def test_a_reply_of_several_lines_reads_as_one_sentence() -> None:
    text = "550-5.1.1 The email account that you tried\n550-5.1.1 to reach does not exist. 550 5.1.1 See"
    assert (
        plain(text, longest=500) == "550-5.1.1 The email account that you tried to reach does not exist. See"
    )


def test_the_verdict_names_the_rule_the_status_and_the_code() -> None:
    judged = judge(Evidence(answer="552 5.2.2 <lin@example.org>: Mailbox full", status="5.0.0"))
    assert (judged.rule, judged.status, judged.code) == ("mailbox-full", "5.2.2", "552")
