"""Looks at documents by the rules of PDF/A-2a (ISO 19005-2) that can be read off their bytes.

    pdfa.py FILE...             names what is wrong, and ends with 1 where anything is
    pdfa.py --spoil FILE DIR    spoils a sound file in many ways and makes sure that each is seen

It needs pikepdf, which reads the file by qpdf, and fontTools, which reads the fonts in it; it shares no code
with the program that wrote it. It is no replacement for veraPDF, which knows every rule: what it looks at
is named by clause.
"""
import io
import os
import sys
import xml.etree.ElementTree as ElementTree

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Stream

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SHOWS = {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "BI"}
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState",
                     "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript"}


class Wrong(Exception):
    pass


def must(holds, clause, what):
    if not holds:
        raise Wrong("%s: %s" % (clause, what))


def header_and_trailer(data, pdf):
    lines = data.split(b"\n", 2)
    must(lines[0][:7] == b"%PDF-1." and lines[0][7:8] in b"01234567", "6.1.2", "the header is another")
    must(lines[1][:1] == b"%" and len([one for one in lines[1][1:] if one > 127]) >= 4, "6.1.2",
         "no comment of four bytes above 127 after the header")
    must("/ID" in pdf.trailer and len(pdf.trailer.ID) == 2, "6.1.3", "no file identifier")
    must("/Encrypt" not in pdf.trailer, "6.1.3", "encrypted")
    must(data.rstrip(b"\r\n").endswith(b"%%EOF"), "6.1.3", "data after the end")


def objects(pdf):
    for one in pdf.objects:
        if isinstance(one, Stream):
            must(not {"/F", "/FFilter", "/FDecodeParms"} & set(one.keys()), "6.1.7.1", "a stream elsewhere")
            filters = one.get("/Filter", [])
            filters = [filters] if isinstance(filters, Name) else filters
            must(not {"/LZWDecode", "/Crypt"} & {str(name) for name in filters}, "6.1.7.2", "a filter not allowed")
        if isinstance(one, (Stream, Dictionary)):
            must(str(one.get("/S", "")) not in FORBIDDEN_ACTIONS, "6.5.1", "an action not allowed")
            must("/AA" not in one or one.get("/Type") == "/Filespec", "6.5.2", "an additional action")
    root = pdf.Root
    must("/OpenAction" not in root or "/S" not in root.OpenAction or root.OpenAction.S != "/JavaScript",
         "6.5.1", "a script when opened")
    must("/EmbeddedFiles" not in root.get("/Names", {}), "6.8", "a file within")
    must("/AcroForm" not in root or not root.AcroForm.get("/NeedAppearances", False), "6.4.1", "a form")
    must("/XFA" not in root.get("/AcroForm", {}), "6.4.2", "an XFA form")
    must("/OCProperties" not in root, "6.9", "optional content, which papers have no use for")


def output_intent(pdf):
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.S == "/GTS_PDFA1"]
    must(len(intents) == 1, "6.2.3", "%d output intents" % len(intents))
    profile = intents[0].get("/DestOutputProfile")
    must(profile is not None, "6.2.3", "no profile")
    bytes_ = profile.read_bytes()
    must(bytes_[36:40] == b"acsp" and bytes_[8] <= 4, "6.2.3", "the profile is none of ICC's up to version 4")
    must(bytes_[12:16] in (b"mntr", b"prtr"), "6.2.3", "the profile is of another class")
    spaces = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}
    must(spaces.get(bytes_[16:20]) == int(profile.N), "6.2.3", "the profile has other components")
    return int(profile.N)


def metadata(pdf):
    stream = pdf.Root.get("/Metadata")
    must(stream is not None, "6.6.2.1", "no metadata")
    must("/Filter" not in stream, "6.6.2.1", "the metadata are filtered")
    text = stream.read_bytes()
    tree = ElementTree.fromstring(text[text.find(b"<x:xmpmeta"):text.rfind(b"<?xpacket")] or text)
    said = {}
    for description in tree.iter(RDF + "Description"):
        said.update(description.attrib)
        for child in description:
            said[child.tag] = "".join(child.itertext()).strip()
    must(said.get(PDFA + "part") == "2" and said.get(PDFA + "conformance") == "A", "6.6.4",
         "the metadata claim no PDF/A-2a")
    title = str(pdf.docinfo.get("/Title", "")) if "/Info" in pdf.trailer else ""
    must(not title or title == said.get(DC + "title"), "6.6.2.3", "two titles")
    must(said.get(DC + "title"), "6.6.2.3", "no title")


def fonts(pdf):
    seen = {}
    for page in pdf.pages:
        for name, font in page.get("/Resources", {}).get("/Font", {}).items():
            seen[font.objgen] = font
    must(seen, "6.2.11", "no font at all")
    for font in seen.values():
        must(font.Subtype == "/Type0", "6.2.11.2", "a font of another kind: %s" % font.Subtype)
        must(str(font.Encoding) in ("/Identity-H", "/Identity-V"), "6.2.11.3.3", "another encoding")
        must("/ToUnicode" in font, "6.2.11.7.2", "no way from glyphs to text")
        mapped = font.ToUnicode.read_bytes()
        for bad in (b"<0000>\n", b"<FEFF>", b"<FFFE>"):
            must(bad not in mapped.split(b"beginbfchar")[-1].upper() or bad == b"<0000>\n", "6.2.11.7.2",
                 "a glyph that is no text")
        inner = font.DescendantFonts[0]
        descriptor = inner.FontDescriptor
        programs = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
        must(len(programs) == 1, "6.2.11.4.1", "%s is not embedded" % inner.BaseFont)
        must(font.BaseFont == inner.BaseFont or str(font.BaseFont).startswith(str(inner.BaseFont)), "6.2.11.2",
             "two names")
        if inner.Subtype == "/CIDFontType2":
            must("/CIDToGIDMap" in inner, "6.2.11.3.2", "no map from characters to glyphs")
        widths(inner, descriptor[programs[0]].read_bytes())
    return seen


def widths(font, program):
    """6.2.11.5: the widths a font states are those of its program."""
    try:
        of = TTFont(io.BytesIO(program), lazy=False)
    except Exception as error:
        if program[:1] == b"\x01":
            return  # A bare CFF program, whose widths fontTools reads with a font around it alone.
        raise Wrong("6.2.11.4.1: a font that cannot be read: %s" % error)
    if "hmtx" not in of:
        return
    unit, order = of["head"].unitsPerEm, of.getGlyphOrder()
    identity = font.get("/CIDToGIDMap", Name("/Identity")) == "/Identity"
    entries, at = list(font.get("/W", [])), 0
    while identity and at < len(entries):
        first = int(entries[at])
        if isinstance(entries[at + 1], pikepdf.Array):
            stated = {first + n: float(w) for n, w in enumerate(entries[at + 1])}
            at += 2
        else:
            stated = {n: float(entries[at + 2]) for n in range(first, int(entries[at + 1]) + 1)}
            at += 3
        for glyph, width in stated.items():
            if glyph < len(order):
                there = of["hmtx"][order[glyph]][0] * 1000 / unit
                must(abs(there - width) <= 1, "6.2.11.5", "glyph %d is %s wide, its font says %s" % (glyph, width, there))


def structure(pdf):
    root = pdf.Root
    must(root.get("/MarkInfo", {}).get("/Marked", False), "6.7.2.2", "not marked as tagged")
    must("/StructTreeRoot" in root and "/K" in root.StructTreeRoot, "6.7.3", "no structure")
    must(str(root.get("/Lang", "")), "6.7.4", "no language")
    kinds, ids = {}, set()
    stack = [(root.StructTreeRoot.K, None)]
    while stack:
        node, page = stack.pop()
        if isinstance(node, pikepdf.Array):
            stack.extend((one, page) for one in node)
        elif isinstance(node, (Dictionary, Stream)):
            page = node.get("/Pg", page)
            if "/MCID" in node:
                ids.add((page.objgen, int(node.MCID)))
                continue
            kind = str(node.get("/S", ""))
            kinds[kind] = kinds.get(kind, 0) + 1
            above = str(node.get("/P", {}).get("/S", ""))
            if kind in ("/TH", "/TD"):
                must(above == "/TR", "6.7.3.3", "a cell outside a row")
            if kind == "/TR":
                must(above in ("/Table", "/THead", "/TBody", "/TFoot"), "6.7.3.3", "a row outside a table")
            if "/K" in node:
                stack.append((node.K, page))
        elif isinstance(node, int):
            ids.add((page.objgen, int(node)))
    must("/Table" in kinds and "/TH" in kinds and "/H1" in kinds, "6.7.3.3", "no title, no table: %s" % kinds)
    return ids


def contents(pdf, ids, components):
    for number, page in enumerate(pdf.pages, 1):
        open_, found = [], set()
        for operands, operator in pikepdf.parse_content_stream(page):
            word = str(operator)
            if word in ("BDC", "BMC"):
                about = operands[1] if word == "BDC" else {}
                marked = int(about["/MCID"]) if isinstance(about, Dictionary) and "/MCID" in about else None
                open_.append((str(operands[0]), marked))
                if marked is not None:
                    must(marked not in found, "6.7.3.1", "page %d: content %d twice" % (number, marked))
                    found.add(marked)
            elif word == "EMC":
                must(open_, "6.7.3.1", "page %d: an end without a beginning" % number)
                open_.pop()
            elif word in SHOWS:
                inside = [tag == "/Artifact" or marked is not None for tag, marked in open_]
                must(any(inside), "6.7.2.2", "page %d: %s outside what is marked" % (number, word))
            elif word in ("k", "K"):
                must(components == 4, "6.2.4.3", "page %d: another space of colours" % number)
            elif word in ("rg", "RG"):
                must(components == 3, "6.2.4.3", "page %d: another space of colours" % number)
        must(not open_, "6.7.3.1", "page %d: marked content that does not end" % number)
        of_page = {marked for page_no, marked in ids if page_no == page.obj.objgen}
        must(found == of_page, "6.7.3.1", "page %d: the structure holds other content than is there" % number)
        must("/StructParents" in page or not found, "6.7.3.1", "page %d: no way to the structure" % number)


def look(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for problem in pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else pdf.check():
            raise Wrong("7.3: %s" % problem)
        header_and_trailer(data, pdf)
        objects(pdf)
        components = output_intent(pdf)
        metadata(pdf)
        fonts(pdf)
        contents(pdf, structure(pdf), components)


def saved(pdf):
    out = io.BytesIO()
    pdf.save(out, fix_metadata_version=False, deterministic_id=True, compress_streams=False)
    return out.getvalue()


def spoilt(data):
    """The same document spoilt, each in one way, with the clause that says so."""
    def by(change, clause):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            change(pdf)
            return saved(pdf), clause

    def font_of(pdf):
        return next(iter(pdf.pages[0].Resources.Font.values()))

    def without_program(pdf):
        descriptor = font_of(pdf).DescendantFonts[0].FontDescriptor
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if key in descriptor:
                del descriptor[key]

    def wider(pdf):
        entries = font_of(pdf).DescendantFonts[0].W
        if isinstance(entries[1], pikepdf.Array):
            entries[1] = pikepdf.Array([float(one) + 100 for one in entries[1]])
        else:
            entries[2] = float(entries[2]) + 100

    def unmarked(pdf):
        page = pdf.pages[0]
        more = pdf.make_stream(b"\nBT (x) Tj ET\n")
        page.Contents = pikepdf.Array([*page.Contents, more]) if isinstance(page.Contents, pikepdf.Array) \
            else pikepdf.Array([page.Contents, more])

    def other_claim(pdf):
        text = pdf.Root.Metadata.read_bytes().replace(b"conformance>A<", b"conformance>B<")
        text = text.replace(b'conformance="A"', b'conformance="B"')
        pdf.Root.Metadata = pdf.make_stream(text)

    yield by(lambda pdf: pdf.Root.__delitem__("/OutputIntents"), "6.2.3")
    yield by(lambda pdf: pdf.Root.__delitem__("/Metadata"), "6.6.2.1")
    yield by(other_claim, "6.6.4")
    yield by(lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False), "6.7.2.2")
    yield by(lambda pdf: pdf.Root.__delitem__("/Lang"), "6.7.4")
    yield by(lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"), "6.7.3")
    yield by(without_program, "6.2.11.4.1")
    yield by(lambda pdf: font_of(pdf).__delitem__("/ToUnicode"), "6.2.11.7.2")
    yield by(wider, "6.2.11.5")
    yield by(unmarked, "6.7.2.2")
    yield by(lambda pdf: pdf.Root.__setitem__("/OpenAction", Dictionary(S=Name("/JavaScript"), JS="x")), "6.5.1")
    yield data.replace(b"%%EOF", b"%%EOF\nmore"), "6.1.3"
    yield data[:1024] + data[1025:], ""


def main(words):
    if words[0] == "--spoil":
        with open(words[1], "rb") as file:
            data = file.read()
        look(data)
        for number, (other, clause) in enumerate(spoilt(data), 1):
            try:
                look(other)
            except Exception as error:
                must(clause in str(error), "spoilt %d" % number, "%s was expected: %s" % (clause, error))
                continue
            sys.exit("spoilt %d: %s is not seen" % (number, clause))
        print("%d ways of spoiling it are seen" % number)
        return
    wrong = 0
    for name in words:
        try:
            with open(name, "rb") as file:
                look(file.read())
        except Wrong as error:
            wrong += 1
            print("%s: %s" % (os.path.basename(name), error))
    print("%d documents, %d wrong" % (len(words), wrong))
    sys.exit(1 if wrong else 0)


main(sys.argv[1:])
