"""Writes products.csv, collections.json, swatches.json, shop.json and markets.json from data/."""
import csv
import itertools
import json
import os
import re

import kit
from data.collections import COLLECTIONS, SHOP
from data.markets import MARKETS

HERE = os.path.dirname(os.path.abspath(__file__))
G = "Google Shopping / "
HEADER = (["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
           "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams",
           "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy", "Variant Fulfillment Service",
           "Variant Price", "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable", "Variant Barcode",
           "Image Src", "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description"]
          + [G + x for x in ("Google Product Category", "Gender", "Age Group", "MPN", "AdWords Grouping", "AdWords Labels",
                             "Condition", "Custom Product", "Custom Label 0", "Custom Label 1", "Custom Label 2",
                             "Custom Label 3", "Custom Label 4")]
          + ["Unit Price Total Measure", "Unit Price Total Measure Unit", "Unit Price Base Measure", "Unit Price Base Measure Unit"]
          + ["Variant Image", "Variant Weight Unit", "Variant Tax Code", "Status"])


def ean(n):
    """EAN-13 in the range for use inside a shop (200-299)."""
    s = f"2{n:011d}"
    return s + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(s)) % 10)


def combos(prod):
    names = [n for n, _ in prod["options"]]
    for values in itertools.product(*[v for _, v in prod["options"]]):
        if not kit.hit(prod["skip"], values):
            yield dict(zip(names, values))


def quantity(prod, sku, values):
    if kit.hit(prod["out"], values):
        return 0
    if kit.roll(sku, 26) == 0:
        return 0
    return 1 + kit.roll("qty" + sku, 6) if kit.roll("low" + sku, 5) == 0 else 4 + kit.roll("qty" + sku, 60)


def measure(prod, values):
    """What is sold by weight tells what a kilogram costs: an option such as 250 g or 80 g tin says how much it holds."""
    for v in values:
        found = prod["kind"] == "coffee-and-tea" and re.match(r"(\d+) (kg|g)\b", v)
        if found:
            return {"Unit Price Total Measure": found[1], "Unit Price Total Measure Unit": found[2],
                    "Unit Price Base Measure": 1, "Unit Price Base Measure Unit": "kg"}
    return {}


def money(x):
    return f"{x:.2f}"


def rows(prod, serial):
    pics = kit.pictures(prod)
    by_value = {v: f"images/{f}" for f, _, _, _, v in pics if v}
    out = []
    for combo in (list(combos(prod)) or [{}]):
        values = tuple(combo.values())
        code = "-".join(["TP", prod["code"]] + [kit.abbr(v) for v in values])
        serial[0] += 1
        plus = sum(prod["add"].get(v, 0) for v in values)
        price = prod["price"] + plus
        r = {"Handle": prod["handle"], "Variant SKU": code, "Variant Fulfillment Service": "manual",
             "Variant Price": money(price), "Variant Taxable": "true", "Variant Weight Unit": "g",
             "Variant Compare At Price": money(prod["was"] + plus) if prod["was"] else "",
             "Variant Grams": prod["grams"] + sum(prod["heavy"].get(v, 0) for v in values),
             "Variant Requires Shipping": "false" if prod["digital"] else "true", "Variant Inventory Policy": "deny"}
        if prod["digital"]:
            r["Variant Inventory Qty"] = 0
        else:
            r["Variant Inventory Tracker"] = "shopify"
            r["Variant Inventory Qty"] = quantity(prod, code, values)
            if kit.hit(prod["cont"], values):
                r["Variant Inventory Policy"] = "continue"
            if prod["barcodes"] and kit.roll(prod["code"], 4):
                r["Variant Barcode"] = ean(7_400_000_000 + serial[0] * 13)
        for i, (n, v) in enumerate(combo.items() or [("Title", "Default Title")], 1):
            if not out:
                r[f"Option{i} Name"] = n
            r[f"Option{i} Value"] = v
        r.update(measure(prod, values))
        r["Variant Image"] = next((by_value[v] for v in values if v in by_value), "")
        out.append(r)
    out[0].update({
        "Title": prod["title"], "Body (HTML)": kit.html(prod["body"]), "Vendor": prod["vendor"], "Type": prod["type"],
        "Tags": ", ".join(prod["tags"]), "Published": "true", "Gift Card": "false",
        G + "Google Product Category": prod["category"], G + "Condition": "new", G + "Custom Product": "false",
        "Status": prod["status"]})
    if prod["seo"]:
        out[0].update({"SEO Title": f"{prod['title']} by {prod['vendor']}", "SEO Description": prod["seo"]})
    for i, (f, _, _, alt, _) in enumerate(pics):
        if i == len(out):
            out.append({"Handle": prod["handle"]})
        out[i].update({"Image Src": f"images/{f}", "Image Position": i + 1, "Image Alt Text": alt})
    return out


def dump(name, value):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        json.dump(value, f, indent=2, ensure_ascii=False)
        f.write("\n")


def main():
    kinds = kit.load()
    prods = [p for k in kinds for p in k.products]
    # Half of the products carry search engine texts; the first sentence serves where none was written.
    for p in prods:
        if not p["seo"] and kit.roll("seo" + p["code"], 4) == 0:
            p["seo"] = p["body"].strip().split("\n")[0].split(". ")[0].rstrip(".") + "."
    serial = [0]
    with open(os.path.join(HERE, "products.csv"), "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, HEADER, restval="", lineterminator="\n")
        w.writeheader()
        for p in prods:
            w.writerows(rows(p, serial))

    res = []
    for c in COLLECTIONS:
        def belongs(p):
            if p["status"] != "active":
                return False
            if c.get("was"):
                return bool(p["was"])
            if c.get("tag"):
                top = p["price"] + sum(max([0] + [p["add"].get(v, 0) for v in vs]) for _, vs in p["options"])
                return c["tag"] in p["tags"] and top < c.get("below", 1e9)
            return p["kind"] == c["handle"]
        handles = c.get("pick") or [p["handle"] for p in prods if belongs(p)]
        res.append({"handle": c["handle"], "title": c["title"], "descriptionHtml": c["html"],
                    "image": f"images/collection-{c['handle']}.png", "imageAlt": c["alt"], "sortOrder": c["sort"],
                    "products": handles})
    dump("collections.json", res)
    used = {v for p in prods for n, vs in p["options"] if n == "Color" for v in vs}
    dump("swatches.json", {n: h for n, h in kit.COLORS.items() if n in used})
    dump("shop.json", SHOP)
    dump("markets.json", MARKETS)


if __name__ == "__main__":
    main()
