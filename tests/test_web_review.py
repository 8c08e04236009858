# ruff: noqa: F811
"""Reviewing and correcting on the page, in a real browser, on a document made by hand.

DURE_SCREENSHOTS=FOLDER keeps a picture of each look.
"""

import json
import os
import re
from pathlib import Path

import pytest
from conftest import running_server
from made_document import COLUMNS, ID, ITEMS, made_reading, store_document
from playwright.sync_api import expect
from test_browser import PHONE, browser, lit, open_page  # noqa: F401
from test_corrections import (  # noqa: F401
    KEEP,
    corrections_of,
    fields_of,
    kept,
    put,
    reading_of,
    shared_server,
    word_at,
)

DESKTOP = {"width": 1280, "height": 900}
# Whether the form in which something is corrected, if there is one, lies inside the panel.
INSIDE = """() => {
    const form = document.querySelector('.editor');
    if (!form) return true;
    const r = form.getBoundingClientRect(), p = form.closest('.tab-panel').getBoundingClientRect();
    return r.left >= p.left && r.right <= p.right && r.bottom > p.top && r.top < p.bottom;
}"""
XSS = "<img src=x onerror=document.title='owned'>\"'&amp;"


@pytest.fixture
def opened(open_page, kept):
    """A page on which the document is open."""

    def open_it(tab="fields", **options):
        options.setdefault("viewport", DESKTOP)
        page = open_page(url=f"{kept.url}/#/{kept.id}", **options)
        page.wait_for_selector(".overlay polygon.box-word")
        page.click(f"#tab-{tab}")
        return page

    return open_it


def key_of(name, row=None, column=None):
    fields = made_reading()["pages"][0]["form"]["fields"]
    i = [f["name"] for f in fields].index(name)
    return f"f{i}" if row is None else f"f{i}.{row}.{COLUMNS.index(column)}"


def row_of(page, name):
    return page.locator(f'.field[data-k="{key_of(name)}"]')


def cell_of(page, row, column):
    return page.locator(f'.field-list [data-k="{key_of("items", row, column)}"]')


def editor(page):
    return page.locator(".editor")


def test_a_list_is_a_table(opened):
    page = opened()
    table = page.get_by_role("table", name="Items")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("rowheader")).to_have_text([f"{texts[0]}" for texts in ITEMS])
    shown = table.locator("tbody tr").nth(3).locator("th, td").all_inner_texts()
    assert [text.strip() for text in shown] == list(ITEMS[3])
    for i, side in enumerate(("start", "end", "end", "end", "end")):
        align = cell_of(page, 0, COLUMNS[i]).evaluate("e => getComputedStyle(e).textAlign")
        assert align == ("right" if side == "end" else "left")
    right = [
        cell_of(page, r, "insured_fund")
        .locator("button")
        .evaluate(
            "e => { const s = document.createRange(); s.selectNodeContents(e);"
            " return s.getBoundingClientRect().right; }"
        )
        for r in (0, 1, 3)
    ]
    assert max(right) - min(right) < 1


def test_a_phone_moves_the_table_under_its_first_column(opened):
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    first, last = cell_of(page, 0, "name"), cell_of(page, 0, "uninsured")
    before = first.bounding_box()["x"], last.bounding_box()["x"]
    page.locator(".scroll-x").evaluate("e => e.scrollTo(1000, 0)")
    after = first.bounding_box()["x"], last.bounding_box()["x"]
    assert abs(after[0] - before[0]) <= 1
    assert after[1] < before[1] - 20
    assert after[1] + last.bounding_box()["width"] <= PHONE["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_checks_are_marks_that_say_what_they_mean(opened):
    page = opened()
    row = row_of(page, "total")
    expect(row.locator(".mark-bad")).to_have_count(1)
    own = row_of(page, "insured_own_total")
    expect(own.locator(".mark-ok")).to_have_count(1)
    expect(own.locator(".mark-bad")).to_have_count(1)
    name = own.locator(".field-go").evaluate("e => e.textContent")
    assert "Sum: right. Own share, total = Items Own share" in name and "Sum: wrong" in name
    expect(row.locator(".field-why")).to_have_text("Sum: Total is 118,260, its parts make 148,260")
    name = row.locator(".field-go").evaluate("e => e.textContent")
    assert "Total = Own share, total + Fund share, total + Fully own" in name
    tip = row_of(page, "date").locator(".marks-tip")
    expect(tip).to_be_hidden()
    row_of(page, "date").locator(".marks").hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("Date: right")
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    page.keyboard.press("Tab")
    row_of(page, "date").locator(".field-go").focus()
    expect(tip).to_be_visible()


def test_the_verdict_and_what_to_review_first(opened):
    page = opened()
    expect(page.locator(".verdict")).to_contain_text("Review 8 values need a look.")
    expect(page.locator(".verdict-reason")).to_contain_text("form itself was recognised with a")
    page.get_by_role("button", name="Show all 8").click()
    names = ["Total", "Business number", "Own share, total", "Fund share, total"]
    names += ["Uninsured, total", "Patient pays", "Items 7, Fund share", "Paid"]
    expect(page.locator(".review-name")).to_have_text(names)
    why = page.locator(".review-why")
    expect(why.nth(1)).to_have_text("Check digit: the check digit does not fit")
    expect(why.nth(5)).to_have_text("not found")
    expect(why.nth(6)).to_have_text("confidence 58%")
    page.locator(".review-go", has_text="Items 7").click()
    assert key_of("items", 6, "insured_fund") in lit(page, ".overlay")
    expect(cell_of(page, 6, "insured_fund").locator("button")).to_be_focused()


def test_an_accepted_page_says_so(open_page, tmp_path):
    store_document(tmp_path / "other", verdict="accept")
    settings = KEEP | {"TWINREADER_STORE_DIR": str(tmp_path / "other")}
    with running_server(tmp_path, settings) as server:
        page = open_page(url=f"{server.url}/#/{ID}")
        expect(page.locator(".verdict")).to_contain_text(
            "Accept Everything that was checked agrees."
        )


def test_a_field_is_corrected_with_the_mouse(opened, kept):
    page = opened()
    value = row_of(page, "total").locator(".field-go")
    value.click()
    expect(editor(page)).to_have_count(0)
    assert key_of("total") in lit(page, ".overlay")
    value.click()
    box = editor(page).get_by_label("Total")
    expect(box).to_be_focused()
    expect(box).to_have_value("1l8,260")
    box.fill("148,260")
    page.get_by_role("button", name="Save").click()
    expect(editor(page)).to_have_count(0)
    expect(row_of(page, "total")).to_contain_text("148,260")
    expect(row_of(page, "total").locator(".corrected")).to_have_text("corrected")
    expect(page.locator(".toast")).to_contain_text("Saved. Total: 148,260")
    expect(value).to_be_focused()
    assert fields_of(reading_of(kept))["total"]["value"] == "148,260"
    expect(page.locator(".verdict")).to_contain_text("4 values")

    page.reload()
    expect(row_of(page, "total")).to_contain_text("148,260")
    expect(row_of(page, "total").locator(".corrected")).to_be_visible()
    row_of(page, "total").get_by_role("button", name="Correct Total").click()
    expect(editor(page)).to_contain_text("Read as 1l8,260")
    expect(editor(page)).to_contain_text("Corrected by somebody")
    page.get_by_role("button", name="Undo correction").click()
    expect(row_of(page, "total")).to_contain_text("1l8,260")
    expect(row_of(page, "total").locator(".corrected")).to_have_count(0)
    assert corrections_of(kept)["corrections"] == []


def test_fields_and_cells_are_corrected_by_keyboard(opened, kept):
    page = opened()
    press = page.keyboard.press
    press("n")
    expect(row_of(page, "total").locator(".field-go")).to_be_focused()
    press("n")
    expect(row_of(page, "business_number").locator(".field-go")).to_be_focused()
    press("Shift+N")
    press("Shift+N")
    expect(row_of(page, "paid").locator(".field-go")).to_be_focused()
    press("Shift+N")
    cell = cell_of(page, 6, "insured_fund").locator("button")
    expect(cell).to_be_focused()
    press("Enter")
    expect(editor(page).locator("input")).to_be_focused()
    press("Escape")
    expect(editor(page)).to_have_count(0)
    expect(cell).to_be_focused()
    press("Enter")
    page.keyboard.type("4,900")
    press("Enter")
    expect(cell).to_contain_text("4,900")
    expect(cell).to_be_focused()
    press("ArrowUp")
    expect(cell_of(page, 5, "insured_fund").locator("button")).to_be_focused()
    press("ArrowLeft")
    press("ArrowLeft")
    expect(cell_of(page, 5, "name").locator("button")).to_be_focused()
    got = corrections_of(kept)["corrections"]
    assert [(c["target"], c["value"]) for c in got] == [("field:items:6:insured_fund", "4,900")]


def test_a_word_is_corrected_with_the_mouse(opened, kept):
    page = opened(tab="text")
    page.click('.word[data-k="w1"]')
    expect(editor(page)).to_have_count(0)
    page.click('.word[data-k="w1"]')
    editor(page).locator("input").fill("  계산서 ·  ")
    page.get_by_role("button", name="Save").click()
    word = page.locator('.word[data-k="w1"]')
    expect(word).to_have_text("계산서 ·")
    expect(word).to_have_class(re.compile(r"\bword-done on\b"))
    expect(word).to_be_focused()
    assert word_at(reading_of(kept), 0, 1)["text"] == "계산서 ·"
    page.reload()
    page.click("#tab-text")
    expect(word).to_have_text("계산서 ·")


def test_a_word_is_corrected_by_keyboard(opened, kept):
    page = opened(tab="text")
    low = page.locator(".word.low")
    count = low.count()
    assert count == 3
    page.keyboard.press("n")
    expect(low.first).to_be_focused()
    key = low.first.get_attribute("data-k")
    page.keyboard.press("Enter")
    page.keyboard.type("4,900")
    page.keyboard.press("Enter")
    expect(page.locator(f'.word[data-k="{key}"]')).to_have_text("4,900")
    expect(low).to_have_count(count - 1)
    page.keyboard.press("n")
    expect(low.first).to_be_focused()
    page.keyboard.press("Shift+N")
    expect(low.last).to_be_focused()
    page.focus(".canvas")
    page.keyboard.press("e")
    expect(editor(page).locator("input")).to_be_focused()
    page.keyboard.press("Escape")
    assert len(corrections_of(kept)["corrections"]) == 1


def test_a_value_is_confirmed_as_it_is(opened, kept):
    page = opened()
    row_of(page, "paid").get_by_role("button", name="Correct").click()
    page.get_by_role("button", name="It is right").click()
    expect(row_of(page, "paid").locator(".corrected")).to_be_visible()
    made = corrections_of(kept)["corrections"][0]
    assert made["value"] == made["original"]


def test_a_missing_field_is_added(opened, kept):
    page = opened()
    row = page.locator(".field-missing")
    expect(row).to_contain_text("not found")
    row.locator(".field-edit").click()
    expect(page.get_by_role("button", name="It is right")).to_be_disabled()
    editor(page).locator("input").fill("78,430")
    page.keyboard.press("Enter")
    expect(page.locator(".field", has_text="78,430")).to_have_count(1)
    expect(page.locator(".field-missing")).to_have_count(0)
    assert fields_of(reading_of(kept))["patient_total"]["value"] == "78,430"


def test_when_all_is_reviewed_the_page_says_so(opened, kept):
    page = opened()
    for target, value in (
        ("business_number", "123-45-67891"),
        ("total", "148,260"),
        ("items:6:insured_fund", "4,900"),
        ("patient_total", "78,430"),
        ("paid", "20,000"),
    ):
        expect(page.locator(".verdict")).to_contain_text("Review")
        assert put(kept, f"field:{target}", value)[0] == 201
        page.reload()
    expect(page.locator(".verdict")).to_contain_text("Reviewed Nothing is left to look at")
    expect(page.locator(".review")).to_have_count(0)
    assert put(kept, "field:patient_total", "78,431")[0] == 200
    page.reload()
    expect(page.locator(".review-name")).to_have_text(["Own share, total", "Uninsured, total"])


def test_markup_in_a_correction_stays_text(opened, kept):
    page = opened()
    row_of(page, "hospital").get_by_role("button", name="Correct").click()
    editor(page).locator("input").fill(XSS)
    page.keyboard.press("Enter")
    expect(row_of(page, "hospital").locator(".field-value")).to_have_text(XSS)
    assert put(kept, "word:0:0", XSS, by=XSS)[0] == 201
    assert put(kept, "field:items:0:name", XSS)[0] == 201
    page.reload()
    expect(row_of(page, "hospital").locator(".field-value")).to_have_text(XSS)
    expect(cell_of(page, 0, "name")).to_contain_text(XSS)
    cell_of(page, 0, "name").locator("button").click()
    cell_of(page, 0, "name").locator("button").click()
    expect(editor(page).locator("input")).to_have_value(XSS)
    page.keyboard.press("Escape")
    page.click("#tab-text")
    expect(page.locator('.word[data-k="w0"]')).to_have_text(XSS)
    page.click('.word[data-k="w0"]')
    page.click('.word[data-k="w0"]')
    expect(editor(page)).to_contain_text(f"Corrected by {XSS}")
    assert page.locator(".panel img").count() == 0
    assert "owned" not in page.title()


def test_the_second_of_two_people_sees_the_first(opened, kept):
    page = opened()
    row_of(page, "total").get_by_role("button", name="Correct").click()
    box = editor(page).locator("input")
    box.fill("222")
    put(kept, "field:total", "111", by="Lee")
    page.keyboard.press("Enter")
    expect(editor(page).get_by_role("alert")).to_contain_text("made it “111” meanwhile")
    expect(box).to_have_value("222")
    expect(row_of(page, "total")).to_contain_text("111")
    assert fields_of(reading_of(kept))["total"]["value"] == "111"
    page.keyboard.press("Enter")
    expect(editor(page)).to_have_count(0)
    expect(row_of(page, "total")).to_contain_text("222")
    assert fields_of(reading_of(kept))["total"]["value"] == "222"


def test_a_server_that_is_gone_loses_no_text(open_page, tmp_path):
    store_document(tmp_path / "data")
    with running_server(tmp_path, KEEP) as server:
        page = open_page(url=f"{server.url}/#/{ID}")
        correct_without(page, server)


def correct_without(page, server):
    row_of(page, "total").get_by_role("button", name="Correct").click()
    editor(page).locator("input").fill("222")
    server.stop()
    page.keyboard.press("Enter")
    expect(editor(page).get_by_role("alert")).to_contain_text(
        "Not saved. The server did not answer"
    )
    expect(editor(page).locator("input")).to_have_value("222")


def test_corrections_on_the_page_reach_the_labelled_data(opened, kept, twinreader, tmp_path):
    page = opened()
    row_of(page, "total").get_by_role("button", name="Correct").click()
    page.keyboard.type("148,260")
    page.keyboard.press("Enter")
    expect(page.locator(".corrected")).to_have_count(1)
    page.click("#tab-text")
    page.click('.word[data-k="w2"]')
    page.click('.word[data-k="w2"]')
    page.keyboard.type("영수증(사본)")
    page.keyboard.press("Enter")
    expect(page.locator(".word-done")).to_have_count(1)
    out = tmp_path / "out"
    assert twinreader("corrections", "export", kept.store, "-o", out).returncode == 0
    words = (out / "words.txt").read_text(encoding="utf-8")
    assert words == f"images/{kept.id}-2.png\t영수증(사본)\n"
    fields = (out / "fields.txt").read_text(encoding="utf-8")
    assert fields == f"images/{kept.id}-1.png\t148,260\n"
    for line in (out / "corrections.jsonl").read_text(encoding="utf-8").splitlines():
        assert (out / json.loads(line)["image"]).exists()


@pytest.mark.parametrize(
    ("device", "locale", "scheme"),
    [
        ("phone", "ko-KR", "light"),
        ("phone", "en-US", "dark"),
        ("desktop", "en-US", "light"),
        ("desktop", "ko-KR", "dark"),
    ],
)
def test_the_looks(opened, locale, scheme, device, tmp_path):
    phone = device == "phone"
    options = {"has_touch": True, "is_mobile": True} if phone else {}
    page = opened(
        viewport=PHONE if phone else DESKTOP, locale=locale, color_scheme=scheme, **options
    )
    folder = Path(os.environ.get("DURE_SCREENSHOTS", tmp_path))
    name = f"{device}-{locale[:2]}-{scheme}"

    def take(what):
        page.screenshot(path=folder / f"{name}-{what}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        inside = page.evaluate(INSIDE)
        assert inside, what

    take("fields")
    row_of(page, "total").locator(".field-edit").click()
    page.wait_for_selector(".editor input")
    take("edit")
    page.keyboard.type("148,260")
    page.keyboard.press("Enter")
    expect(page.locator(".corrected")).to_have_count(1)
    cell_of(page, 6, "insured_fund").scroll_into_view_if_needed()
    take("table")
    page.click("#tab-text")
    page.locator(".word.low").first.click()
    page.locator(".word-edit").click()
    page.wait_for_selector(".editor input")
    take("word")
    small = page.eval_on_selector_all(
        ".editor button, .review button, .field button, .check button",
        "es => es.filter(e => e.offsetHeight && e.offsetHeight < 24).map(e => e.outerHTML)",
    )
    assert small == []
