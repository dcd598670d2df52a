"""The page, the styles and the lists of a DOCX: what a secretary goes on writing with."""

from docx.document import Document as Package
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from dialog.reports.ooxml import W

FONT = "Arial"
"""There in Word; elsewhere Liberation Sans takes its place, letter for letter as wide."""
INK, ACCENT = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x1F, 0x3A, 0x56)
SECOND_COLUMN, RIGHT_EDGE = Cm(10.5), Cm(16)

# style: (points, bold, before, after, line spacing, keep with next)
LOOKS = {
    "Normal": (10.5, False, 0, 6, 1.2, False),
    "Title": (20, True, 24, 2, 1.1, True),
    "Subtitle": (12.5, False, 0, 10, 1.1, True),
    "Heading 1": (15, True, 20, 6, 1.1, True),
    "Heading 2": (12, True, 14, 4, 1.1, True),
    "Heading 3": (10.5, True, 10, 3, 1.1, True),
    "TOC Heading": (12, True, 12, 4, 1.1, True),
    "Caption": (9, True, 8, 4, 1.1, True),
    "List Bullet": (10.5, False, 0, 3, 1.2, False),
    "List Number": (10.5, False, 0, 3, 1.2, False),
    "Quote": (10.5, False, 4, 6, 1.2, False),
    "Header": (9, False, 0, 0, 1.1, False),
    "Footer": (8.5, False, 0, 0, 1.1, False),
}
OWN = {
    "Ingress": (11.5, False, 0, 8, 1.2, False),
    "Anmärkning": (9, False, 0, 6, 1.15, False),
    "Observera": (10.5, False, 6, 8, 1.2, False),
    "Text saknas": (10.5, False, 4, 8, 1.2, False),
    "Uppgift": (10, False, 0, 2, 1.1, False),
    "Tabelltext": (9.5, False, 2, 2, 1.1, False),
    "Tabellhuvud": (9.5, True, 2, 2, 1.1, True),
    "Tabelltext liten": (8, False, 1, 1, 1.05, False),
    "Tabellhuvud liten": (8, True, 1, 1, 1.05, True),
    "Mellanrum": (6, False, 0, 4, 1, False),
    "Innehåll 1": (10, False, 0, 2, 1.1, False),
    "Innehåll 2": (10, False, 0, 2, 1.1, False),
}
# Ids without letters that are not in English, which Word would change when it saves.
IDS = {
    "Anmärkning": "Anmarkning",
    "Text saknas": "Textsaknas",
    "Tabelltext liten": "Tabelltextliten",
    "Tabellhuvud liten": "Tabellhuvudliten",
    "Innehåll 1": "TOC1",
    "Innehåll 2": "TOC2",
}
BUILT_IN_NAMES = {"TOC1": "toc 1", "TOC2": "toc 2"}


def prepare(package: Package, language: str) -> None:
    """Make the library's empty document ours. `language`: as `sv-SE`."""
    a4(package)
    languages(package, language)
    for name, look in (LOOKS | OWN).items():
        dress(style(package, name), look)
    colours(package)
    edges(package)
    indents(package)
    link_style(package)
    package.styles.element.append(parse_xml(TABLE_STYLE))
    modern(package)


def a4(package: Package) -> None:
    section = package.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    section.header_distance, section.footer_distance = Cm(1.2), Cm(1)
    section.different_first_page_header_footer = True


def languages(package: Package, language: str) -> None:
    """In the defaults, and so in every style and run that does not say otherwise."""
    defaults = package.styles.element.find(qn("w:docDefaults"))
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:val"), language)
        lang.set(qn("w:eastAsia"), language)
        lang.set(qn("w:bidi"), "ar-SA")
    for lang in package.settings.element.iter(qn("w:themeFontLang")):
        lang.set(qn("w:val"), language)


def style(package: Package, name: str) -> ParagraphStyle:
    """The style of that name, made now if the document has none."""
    if name in package.styles:
        return package.styles[name]
    made = package.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.element.set(qn("w:styleId"), IDS.get(name, name))
    if built_in := BUILT_IN_NAMES.get(made.style_id):
        made.element.find(qn("w:name")).set(qn("w:val"), built_in)
        made.element.attrib.pop(qn("w:customStyle"), None)
    made.quick_style = True
    made.base_style = package.styles["Normal"]
    return made


def dress(it: ParagraphStyle, look: tuple[float, bool, float, float, float, bool]) -> None:
    size, bold, before, after, spacing, keep = look
    properties = it.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    borders = it.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        it.element.pPr.remove(borders)
    fonts = properties._add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    it.font.size, it.font.bold, it.font.color.rgb = Pt(size), bold, INK
    for_other_scripts = OxmlElement("w:szCs")
    for_other_scripts.set(qn("w:val"), str(round(size * 2)))
    properties.find(qn("w:sz")).addnext(for_other_scripts)
    form = it.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing, form.keep_with_next, form.widow_control = spacing, keep, True


def colours(package: Package) -> None:
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "TOC Heading"):
        package.styles[name].font.color.rgb = ACCENT
    package.styles["Quote"].font.italic = False


def edges(package: Package) -> None:
    """A line beside quotes, a frame round what must be seen."""
    rules = {
        "Quote": '<w:left w:val="single" w:sz="12" w:space="8" w:color="9A9A9A"/>',
        "Observera": "".join(
            f'<w:{side} w:val="single" w:sz="8" w:space="5" w:color="1F3A56"/>'
            for side in ("top", "left", "bottom", "right")
        ),
        "Text saknas": "".join(
            f'<w:{side} w:val="dashed" w:sz="8" w:space="5" w:color="6B6B6B"/>'
            for side in ("top", "left", "bottom", "right")
        ),
    }
    for name, sides in rules.items():
        borders = parse_xml(f'<w:pBdr xmlns:w="{W}">{sides}</w:pBdr>')
        properties = package.styles[name].element.get_or_add_pPr()
        place = properties.find(qn("w:spacing"))
        place.addprevious(borders)


def indents(package: Package) -> None:
    package.styles["Quote"].paragraph_format.left_indent = Cm(0.6)
    for name in ("Observera", "Text saknas"):
        form = package.styles[name].paragraph_format
        form.left_indent = form.right_indent = Cm(0.25)
    package.styles["toc 2"].paragraph_format.left_indent = Cm(0.8)
    fact = package.styles["Uppgift"].paragraph_format
    fact.left_indent, fact.first_line_indent = Cm(4), Cm(-4)
    fact.tab_stops.add_tab_stop(Cm(4))
    for name in ("Header", "Footer"):
        stops = package.styles[name].paragraph_format.tab_stops
        stops.clear_all()
        edge = (SECOND_COLUMN, WD_TAB_ALIGNMENT.LEFT)
        stops.add_tab_stop(*(edge if name == "Header" else (RIGHT_EDGE, WD_TAB_ALIGNMENT.RIGHT)))


def link_style(package: Package) -> None:
    made = package.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    made.font.color.rgb = RGBColor(0x0B, 0x4F, 0x8A)
    made.font.underline = True


def modern(package: Package) -> None:
    """Not in Word's compatibility mode."""
    settings = package.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        settings.append(compat)
    compat.append(
        parse_xml(
            f'<w:compatSetting xmlns:w="{W}" w:name="compatibilityMode" '
            'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        )
    )


def new_list(package: Package) -> int:
    """A numbered list that begins at 1: the number to give its paragraphs."""
    numbering = package.part.numbering_part.element
    ours = package.styles["List Number"].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(ours).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


TABLE_STYLE = f"""
<w:style xmlns:w="{W}" w:type="table" w:customStyle="1" w:styleId="Dialogtabell">
  <w:name w:val="Dialogtabell"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="1F3A56"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="1F3A56"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="9A9A9A"/>
  </w:tblBorders><w:tblCellMar>
    <w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
</w:style>"""
