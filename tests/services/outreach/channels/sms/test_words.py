"""What people text back is understood in their language, and they are told how to."""

import pytest

from services.outreach.channels.sms.words import OptOut, Wish, hint_for, wish_of

GERMAN, CHINESE = "+491511000001", "+8613800138000"


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "STOPALL",
        "Unsubscribe",
        "UNSUBSCRIBE please",
        "stop it now",
        "退订",
        "退訂",
        "退订谢谢",
        "TD",
        "td。",
        "ＴＤ",
        "取消订阅",
        "Abmelden",
        "arrêt",
        "ARRET",
        "baja",
        "sair",
        "стоп",
        '"STOP"',
    ],
)
def test_whoever_wants_no_more_is_understood(text: str) -> None:
    assert wish_of(text, number=GERMAN) == "stop"


@pytest.mark.parametrize("text", ["T", "t", "R", "r "])
def test_one_letter_opts_out_in_china_only(text: str) -> None:
    assert wish_of(text, number=CHINESE) == "stop"
    assert wish_of(text, number=GERMAN, language="zh-CN") == "stop"
    assert wish_of(text, number=GERMAN) == "other"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("START", "start"),
        ("unstop", "start"),
        ("恢复", "start"),
        ("Yes!", "yes"),
        ("ja", "yes"),
        ("好的", "yes"),
        ("no", "no"),
        ("不要", "no"),
        ("nein", "no"),
        ("No thanks", "no"),
    ],
)
def test_other_wishes_are_understood(text: str, wish: Wish) -> None:
    assert wish_of(text, number=GERMAN) == wish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "Can you stop by my office tomorrow?",
        "stop by the shop at five",
        "不要退订",
        "Thanks",
        "Stopwatch",
        "start with the price please",
        "Yes, but only after the fair",
    ],
)
def test_everything_else_is_an_answer_for_people_to_read(text: str) -> None:
    assert wish_of(text, number=GERMAN) == "other"


@pytest.mark.parametrize(
    ("number", "language", "opt_out", "hint"),
    [
        (GERMAN, "de", "required", ""),
        (GERMAN, "de-AT", "always", "Abmelden: STOP antworten"),
        (GERMAN, "xx", "always", "Reply STOP to opt out"),
        (CHINESE, "en", "required", "拒收请回复R"),
        (CHINESE, "zh", "always", "拒收请回复R"),
        (CHINESE, "zh", "never", ""),
        ("+85261234567", "zh", "required", ""),
    ],
)
def test_the_way_out_is_named_where_it_is_wanted(
    *, number: str, language: str, opt_out: OptOut, hint: str
) -> None:
    assert hint_for("Our seminar opens", number=number, language=language, opt_out=opt_out) == hint


@pytest.mark.parametrize("text", ["News! Text STOP to end", "开幕啦 退订回T", "活动 拒收请回复R", "回TD退订"])
def test_it_is_named_once(text: str) -> None:
    assert hint_for(text, number=CHINESE, language="zh", opt_out="always") == ""
