"""What comes out of the press, read back from the PDF as a scanner and the post would."""

import os
import signal
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from chassis.ids import new_id
from services.outreach.channels.dm.forms import LetterForm, forms
from services.outreach.channels.dm.press import Copy, Press, PressFailed
from services.outreach.channels.dm.writer import Piece, layout_of
from tests.services.outreach.channels.dm.pdfs import Box, fonts_of, pages_of
from tests.services.outreach.channels.dm.pieces import (
    CODES,
    a_press,
    a_recipient,
    a_writer,
    printed,
    settings,
    written,
)

FORMS = pytest.mark.parametrize("name", list(forms().letters))


def a_letter(form: str = "din-5008-b") -> Copy:
    (copy,), _ = written(a_writer(layout=form), [a_recipient()])
    return copy


def form_named(name: str) -> LetterForm:
    return forms().letters[name]


@FORMS
def test_address_and_code_are_behind_the_window_and_the_text_is_not(name: str) -> None:
    result = printed([a_letter(name)], form=name)
    (page,) = pages_of(result.documents["letters"], codes=True)
    form = form_named(name)
    window = Box.of(form.window)
    for line in ("Lin Müller", "Example & Sons", "Hauptstr. 5", "10249 Berlin"):
        assert page.box_of(line).inside(window)
        assert page.box_of(line).inside(Box.of(form.address))
    assert page.box_of("Fanfare GmbH · Musterstr. 1").inside(window)
    assert page.box_of("Dear Lin").top > form.window.y + form.window.height
    ((_, code),) = page.codes
    assert code.inside(window)
    assert (page.paper.width, page.paper.height) == pytest.approx(
        (form.paper.width, form.paper.height), abs=0.1
    )


def test_the_code_on_letter_envelope_and_label_leads_back_to_the_delivery() -> None:
    recipients = [a_recipient() for _ in range(3)]
    copies, _ = written(a_writer(), recipients)
    result = printed(copies)
    for name in ("letters", "envelopes", "labels"):
        pages = pages_of(result.documents[name], codes=True)
        codes = [text for page in pages for text, _ in page.codes]
        assert {CODES.delivery_of(code) for code in codes} == {one.delivery_id for one in recipients}


def test_codes_of_many_digits_have_the_same_shape_as_others() -> None:
    codes = ["12" * 10 + "A" * 17, "0" * 20 + "AB1" * 5 + "CD", "1" * 37, "A" * 37, "V1" * 18 + "0"]
    copies = [Copy(code, a_letter().piece) for code in codes]
    pages = pages_of(printed(copies).documents["letters"], codes=True)
    assert [[text for text, _ in page.codes] for page in pages] == [[code] for code in codes]


def test_each_letter_begins_on_a_page_of_its_own_and_its_pages_are_counted() -> None:
    long = "\n\n".join(f"Paragraph {number}. {'word ' * 60}" for number in range(30))
    copies, _ = written(a_writer(), [a_recipient()])
    longer, _ = written(a_writer(text=long), [a_recipient(), a_recipient()])
    result = printed([*copies, *longer, *copies])
    first, second, third, last = result.of_each
    assert (first, last) == (1, 1)
    assert second == third > 1
    assert result.pages["letters"] == sum(result.of_each)
    reader = PdfReader(BytesIO(result.documents["letters"]))
    assert len(reader.pages) == result.pages["letters"]
    pages = pages_of(result.documents["letters"])
    assert "Hauptstr" in pages[1].text and "Hauptstr" not in pages[2].text
    assert "Hauptstr" in pages[1 + second].text


def test_each_job_prints_what_it_was_given() -> None:
    with a_press() as press:
        for number in range(4):
            name = f"Family{number}"
            copies, _ = written(a_writer(), [a_recipient(family_name=name) for _ in range(number + 1)])
            result = press.run(layout_of(settings(), "din-5008-b"), copies)
            for document in ("letters", "envelopes"):
                pages = pages_of(result.documents[document], codes=True)
                assert [name in page.text for page in pages] == [True] * (number + 1)
                assert [text for page in pages for text, _ in page.codes] == [copy.code for copy in copies]


def test_all_fonts_are_embedded_those_of_other_scripts_too() -> None:
    recipients = [
        a_recipient(family_name=name, postal={"lines": [name]})
        for name in ("王伟", "محمد", "מרים", "สมชาย", "Ольга")
    ]
    copies, reasons = written(a_writer(), recipients)
    assert reasons == []
    fonts = fonts_of(printed(copies).documents["letters"])
    assert all(fonts.values())
    assert any("SC" in name for name in fonts) and any("Arabic" in name for name in fonts)


def test_a_letter_shows_its_subject_its_styles_and_the_code_of_its_form() -> None:
    html = "<h1>Big</h1><p>Dear <b>{{ full_name }}</b>,</p><ul><li>one</li></ul><p>{{ form_url }}</p>"
    writer = a_writer(html=html, text="", subject="About {{ company }}", public_url="https://mail.example")
    recipient = a_recipient()
    (copy,), _ = written(writer, [recipient])
    (page,) = pages_of(printed([copy]).documents["letters"], codes=True)
    for words in ("About Example & Sons", "Big", "Dear Lin Müller", "one"):
        assert page.box_of(words)
    codes = {text for text, _ in page.codes}
    assert copy.answer.startswith("https://mail.example/f/")
    assert codes == {copy.code, copy.answer}


def test_fold_marks_stand_where_the_paper_is_folded() -> None:
    stream = PdfReader(BytesIO(printed([a_letter()]).documents["letters"])).pages[0]
    content = stream.get_contents()
    assert content is not None
    drawn = content.get_data().decode("latin-1")
    for fold in (105, 210, 148.5):
        points = fold * 72 / 25.4
        assert f"{points:.2f}"[:5] in drawn or f"{297 * 72 / 25.4 - points:.2f}"[:5] in drawn


def test_what_makes_typst_stumble_is_told_and_the_press_goes_on() -> None:
    bad = Copy(CODES.code_of(new_id()), msgspec.json.encode({"not": "a piece"}))
    with a_press() as press:
        layout = layout_of(settings(), "din-5008-b")
        with pytest.raises(PressFailed, match="dictionary does not contain key"):
            press.run(layout, [bad])
        assert press.run(layout, [a_letter()]).of_each == [1]


def test_a_press_that_was_killed_is_replaced() -> None:
    with a_press() as press:
        layout = layout_of(settings(), "din-5008-b")
        press.run(layout, [a_letter()])
        process = press._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert press.run(layout, [a_letter()]).of_each == [1]


def test_a_press_that_hangs_is_given_up_in_time() -> None:
    with a_press(seconds=1.0) as press:
        layout = layout_of(settings(), "din-5008-b")
        with pytest.raises(PressFailed, match="longer than 1 s"):
            press.put_in(layout, [a_letter()])
            assert press._process is not None
            os.kill(press._process.pid, signal.SIGSTOP)
            press.take_out()
        assert press._process is None


def test_what_a_press_needs_to_start_is_not_counted_against_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_press(seconds=0.0001) as press, pytest.raises(PressFailed, match="longer than 0.0001 s"):
        press.put_in(layout_of(settings(), "din-5008-b"), [a_letter()])
        assert press._process is not None and press._process.poll() is None
        press.take_out()
    monkeypatch.setattr("services.outreach.channels.dm.press.START_SECONDS", 0.0001)
    with a_press() as press, pytest.raises(PressFailed, match="longer than 0.0001 s"):
        press.put_in(layout_of(settings(), "din-5008-b"), [a_letter()])


def test_nothing_of_a_letter_is_left_behind() -> None:
    with a_press() as press:
        press.run(layout_of(settings(), "din-5008-b"), [a_letter()])
        folder = press._folder
        assert (folder / "job.json").exists()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_pieces_say_nothing_that_typst_could_take_for_markup() -> None:
    evil = '#panic("x") *b* _i_ $x$ \\ `raw` <label> @ref [x] "quoted" // no /* yes */ #eval("1+1")'
    (copy,), _ = written(a_writer(text="{{ company }}"), [a_recipient(company=evil)])
    piece = msgspec.json.decode(copy.piece, type=Piece)
    (page,) = pages_of(printed([copy]).documents["letters"])
    assert "".join(evil.split()) in "".join(page.text.split())
    assert piece.lines[1:3] != [evil]


def test_a_form_that_there_is_not_fails_for_everyone() -> None:
    assert written(a_writer(layout="a5"), [a_recipient()]) == ([], ["unknown_layout: a5"])


def test_a_press_starts_without_the_secrets_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_OUTREACH_LINK_KEY", "secret")
    press = Press(seconds=30)
    try:
        press.run(layout_of(settings(), "din-5008-b"), [a_letter()])
        assert press._process is not None
        environment = Path(f"/proc/{press._process.pid}/environ").read_bytes()
        assert b"LINK_KEY" not in environment
    finally:
        press.close()
