"""Shared pieces of the sample catalogue: colours, makers, the product record."""
import hashlib
import re

COLORS = {  # colour option values used in the catalogue
    "Sand": "#D8C3A0", "Moss": "#6F7F4F", "Ink": "#27324A", "Oat": "#E6DAC0", "Rust": "#B4553A",
    "Slate": "#5E6B76", "Fog": "#C3CACD", "Plum": "#6B3F55", "Ochre": "#CF9A3A", "Sky": "#9DBFD6",
    "Charcoal": "#3B3D40", "Cream": "#F3EAD7", "Forest": "#2F5140", "Terracotta": "#C4704F",
    "Blush": "#E3B7AB", "Chestnut": "#6E4530", "Tan": "#B98A5B", "Black": "#2A2A2E",
    "White": "#F6F4EF", "Sage": "#A3B394", "Navy": "#2B3A5C", "Lake": "#3F7F86", "Berry": "#9C3550",
    "Butter": "#EFD584", "Clay": "#A8674E", "Lilac": "#B7A6CC", "Copper": "#B8734A",
}
MATERIALS = {  # materials that change what a picture looks like
    "Oak": "#D2A871", "Walnut": "#76503A", "Beech": "#DDB88A", "Cherry": "#B06C48",
    "Steel": "#BFC5C9", "Brass": "#C9A24B", "Ash": "#E0C9A3", "Cork": "#C79C6B",
}
HEX = {**COLORS, **MATERIALS}

OSTRAND = "Ostrand Mill"
KETTLE = "Kettle & Larch"
BRAMWICK = "Bramwick Paper"
FJELL = "Fjellgrim Supply"
TOLLEN = "Tollen Cobblers"
MOOS = "Moosgrund Nursery"
PIPKIN = "Pipkin & Dray"
SALZ = "Salzgarten"

ABBR = {"Title": "", "Default Title": "", "Sand": "SND", "Rust": "RST", "Slate": "SLT", "Ochre": "OCR",
        "Charcoal": "CHR", "Chestnut": "CHT", "Terracotta": "TRC", "Cream": "CRM", "Sky": "SKY",
        "Black": "BLK", "White": "WHT", "Blush": "BLS", "Butter": "BTR", "Plum": "PLM", "Fog": "FOG",
        "Small": "SM", "Medium": "MD", "Large": "LG", "Whole bean": "WB", "Ground for filter": "GF",
        "Ground for espresso": "GE", "One size": "OS"}


def slug(text):
    text = text.lower().replace("&", "and").replace("’", "").replace("'", "")
    for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("é", "e"), ("×", "x")):
        text = text.replace(a, b)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def roll(text, n):
    """A stable pseudo-random number below n."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % n


def abbr(value):
    if value in ABBR:
        return ABBR[value]
    v = re.sub(r"[^A-Za-z0-9.]+", "", value).upper().replace(".", "")
    return v if len(v) <= 4 or v[0].isdigit() else v[:3]


def html(text):
    out, items = [], []
    for line in (x.strip() for x in text.strip().split("\n")):
        if line.startswith("- "):
            items.append(f"<li>{line[2:]}</li>")
            continue
        if items:
            out.append("<ul>" + "".join(items) + "</ul>")
            items = []
        if line:
            out.append(f"<p>{line}</p>")
    if items:
        out.append("<ul>" + "".join(items) + "</ul>")
    return "".join(out).replace(" & ", " &amp; ")


def art(spec):
    """'shirt:collar=band,h2=Rust' -> ('shirt', {...})"""
    name, _, rest = spec.partition(":")
    return name, dict(kv.split("=", 1) for kv in rest.split(",") if kv)


class Kind:
    """One kind of goods; collects its products in order."""

    def __init__(self, handle, title, category, barcodes=True):
        self.handle, self.title, self.category, self.barcodes = handle, title, category, barcodes
        self.products = []

    def p(self, title, code, vendor, type, price, grams, tags, art, alt, body, opt="", hue=None, was=None,
          add=None, heavy=None, skip="", out="", cont="", also=(), pics=3, seo="", status="active",
          digital=False, handle=None):
        """opt: 'Color: Sand, Moss | Size: S, M'. out, cont, skip: 'Sand/M, S' or '*'.
        add, heavy: option value -> more euros, more grams. also: 'art-spec|alt text' per further picture."""
        options = []
        for part in filter(None, (x.strip() for x in opt.split("|"))):
            name, values = part.split(":", 1)
            options.append((name.strip(), [v.strip() for v in values.split(",")]))
        self.products.append(dict(
            title=title, handle=handle or slug(title), code=code, vendor=vendor, type=type, price=price,
            grams=grams, tags=[t.strip() for t in tags.split(",")], art=art, alt=alt, body=body,
            options=options, hue=hue, was=was, add=add or {}, heavy=heavy or {}, skip=split(skip),
            out=split(out), cont=split(cont), also=list(also), pics=pics, seo=seo, status=status,
            digital=digital, kind=self.handle, category=self.category, barcodes=self.barcodes))


def split(s):
    return [tuple(x.strip().split("/")) for x in s.split(",") if x.strip()]


def hit(rules, values):
    """Does one of the rules name this combination?"""
    return any(r == ("*",) or all(v in values for v in r) for r in rules)


def load():
    import importlib
    names = ["clothing", "footwear", "kitchen", "textiles", "stationery", "outdoor", "plants", "coffee",
             "games", "bath"]
    return [importlib.import_module("data." + n).k for n in names]


def image_axis(prod):
    """The option whose values are pictured, with the values that get a picture."""
    for name, values in prod["options"]:
        if name in ("Color", "Material") and all(v in HEX for v in values):
            return name, values[:prod["pics"]]
    return None, []


def pictures(prod):
    """[(file, art name, art arguments, alt text, option value or None)]"""
    res = []
    name, args = art(prod["art"])
    axis, values = image_axis(prod)
    if values:
        for v in values:
            f = f"{prod['handle']}-{slug(v)}.png"
            res.append((f, name, {**args, "hue": v}, f"{prod['alt']}, in {v.lower()}", v))
    else:
        res.append((f"{prod['handle']}.png", name, {**args, "hue": prod["hue"] or "Sand"}, prod["alt"], None))
    for i, extra in enumerate(prod["also"]):
        spec, alt = extra.split("|")
        n, a = art(spec)
        hue = a.pop("hue", None) or (values[0] if values else prod["hue"] or "Sand")
        res.append((f"{prod['handle']}-view-{i + 2}.png", n, {**a, "hue": hue}, alt, None))
    return res
