"""The guides: one sheet each, and as accessible as every other document."""

from io import BytesIO

import pikepdf
import pytest

from dialog.reports import guides
from dialog.reports.typesetting import find
from tests.reports.test_pdf import bare, text_of


@pytest.mark.parametrize("name", guides.GUIDES)
def test_a_guide_is_one_a4_page_that_a_screen_reader_can_follow(name):
    made = guides.guide(name)
    with pikepdf.open(BytesIO(made)) as file, file.open_metadata() as xmp:
        assert len(file.pages) == 1
        assert [round(float(it)) for it in file.pages[0].MediaBox] == [0, 0, 595, 842]
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["pdfuaid:part"] == "1"
        assert str(file.Root.Lang) == "sv"
        root = file.Root.StructTreeRoot
        assert len(find(root, "/H1")) == 1 and len(find(root, "/H2")) >= 4
        assert find(root, "/L") and bool(find(root, "/Table")) == ("| --- |" in guides.source(name))
    # Every word of the source is on the page.
    said = bare(text_of(made))
    source = guides.content(guides.source(name))
    for block in source["blocks"]:
        rows = block.get("items") or block.get("rows", []) or [block["runs"]]
        cells = [cell for row in rows for cell in row] if block["type"] == "table" else rows
        for runs in cells:
            assert bare("".join(run["text"] for run in runs)) in said
