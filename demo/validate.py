"""Checks the sample catalogue against its own rules and prints the totals. Exit status 1 on any fault."""
import csv
import json
import os
import re
import sys
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
faults = []


def check(ok, text):
    if not ok:
        faults.append(text)


def load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return json.load(f)


def png(path):
    """(width, height, colours) of a palette PNG."""
    with open(path, "rb") as f:
        data = f.read()
    check(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path}: not a PNG")
    i = data.find(b"PLTE")
    colors = int.from_bytes(data[i - 4:i], "big") // 3 if i > 0 else None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), colors


with open(os.path.join(HERE, "products.csv"), newline="", encoding="utf-8") as f:
    reader = csv.DictReader(f)
    header, lines = reader.fieldnames, list(reader)
check(len(header) == 51 and header[0] == "Handle" and header[-1] == "Status", "header")

products, order = defaultdict(list), []
for row in lines:
    check(None not in row and None not in row.values(), f"{row['Handle']}: ragged row")
    if row["Handle"] not in products:
        order.append(row["Handle"])
    else:
        check(order[-1] == row["Handle"], f"{row['Handle']}: rows are not together")
    products[row["Handle"]].append(row)

swatches, shop, collections = load("swatches.json"), load("shop.json"), load("collections.json")
skus, barcodes, used, images = Counter(), Counter(), set(), set()
stats = Counter()
prices, kinds = {}, Counter()
for h, rows in products.items():
    head, variants = rows[0], [r for r in rows if r["Variant SKU"]]
    check(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", h), f"{h}: handle")
    for col in ("Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Status", "Option1 Name"):
        check(head[col], f"{h}: no {col}")
        if col != "Option1 Name":
            check(not any(r[col] for r in rows[1:]), f"{h}: {col} on a later row")
    check(head["Status"] in ("active", "draft", "archived"), f"{h}: status")
    text = re.sub(r"<[^>]+>", " ", head["Body (HTML)"])
    check(len(text.split()) >= 20, f"{h}: body is too short")
    names = [head[f"Option{i} Name"] for i in (1, 2, 3) if head[f"Option{i} Name"]]
    seen = set()
    for v in variants:
        values = tuple(v[f"Option{i} Value"] for i in (1, 2, 3))
        check(all(values[:len(names)]) and not any(values[len(names):]), f"{h}: {values} does not match {names}")
        check(values not in seen, f"{h}: {values} twice")
        seen.add(values)
        skus[v["Variant SKU"]] += 1
        for col in ("Variant Price", "Variant Compare At Price"):
            check(re.fullmatch(r"\d+\.\d\d", v[col]) or (col.endswith("At Price") and not v[col]), f"{h}: {col} {v[col]!r}")
        if v["Variant Compare At Price"]:
            check(float(v["Variant Compare At Price"]) > float(v["Variant Price"]), f"{h}: compare-at is not higher")
        check(v["Variant Inventory Policy"] in ("deny", "continue"), f"{h}: policy")
        tracked = v["Variant Inventory Tracker"] == "shopify"
        stats["sold out variants"] += tracked and v["Variant Inventory Qty"] == "0"
        stats["policy continue"] += v["Variant Inventory Policy"] == "continue"
        stats["untracked, not shipped"] += not tracked and v["Variant Requires Shipping"] == "false"
        check(tracked or v["Variant Requires Shipping"] == "false", f"{h}: untracked")
        check(int(v["Variant Grams"]) > 0 or not tracked, f"{h}: no weight")
        if v["Variant Barcode"]:
            b = v["Variant Barcode"]
            barcodes[b] += 1
            check(len(b) == 13 and b[0] == "2" and sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(b)) % 10 == 0, f"{h}: EAN {b}")
        if "Color" in names:
            used.add(values[names.index("Color")])
    check(len(variants) > 1 or names != ["Title"] or variants[0]["Option1 Value"] == "Default Title", f"{h}: default title")
    pics = [r["Image Src"] for r in rows if r["Image Src"]]
    check(1 <= len(pics) <= 3, f"{h}: {len(pics)} images")
    check([int(r["Image Position"]) for r in rows if r["Image Src"]] == list(range(1, len(pics) + 1)), f"{h}: image positions")
    for r in rows:
        check(bool(r["Image Src"]) == bool(r["Image Alt Text"]), f"{h}: alt text")
        check(not r["Variant Image"] or r["Variant Image"] in pics, f"{h}: variant image is not a product image")
    images |= set(pics)
    stats["variants"] += len(variants)
    stats["wholly sold out products"] += all(v["Variant Inventory Qty"] == "0" and v["Variant Inventory Tracker"] for v in variants) and head["Status"] == "active"
    stats["products with compare-at"] += any(v["Variant Compare At Price"] for v in variants)
    stats["products with SEO"] += bool(head["SEO Title"] and head["SEO Description"])
    stats["images"] += len(pics)
    stats["variant images"] += sum(bool(v["Variant Image"]) for v in variants)
    stats["options: %d" % (0 if names == ["Title"] else len(names))] += 1
    stats["status " + head["Status"]] += 1
    prices[h] = [float(v["Variant Price"]) for v in variants]
check(all(n == 1 for n in skus.values()), f"SKUs twice: {[s for s, n in skus.items() if n > 1]}")
check(all(n == 1 for n in barcodes.values()), "barcodes twice")
check(used == set(swatches), f"swatches: {used ^ set(swatches)}")
check(all(re.fullmatch(r"#[0-9A-F]{6}", c) for c in swatches.values()), "swatch values")

check(10 <= len(collections) <= 14 and len({c["handle"] for c in collections}) == len(collections), "collections")
by = {c["handle"]: c for c in collections}
for c in collections:
    check(set(c) == {"handle", "title", "descriptionHtml", "image", "imageAlt", "sortOrder", "products"}, f"{c['handle']}: keys")
    check(c["sortOrder"] in ("MANUAL", "BEST_SELLING", "TITLE", "PRICE", "CREATED"), f"{c['handle']}: sort order")
    check(c["products"] and len(set(c["products"])) == len(c["products"]), f"{c['handle']}: products twice or none")
    for h in c["products"]:
        check(h in products, f"{c['handle']}: unknown {h}")
        check(products[h][0]["Status"] == "active", f"{c['handle']}: {h} is not active")
    images.add(c["image"])
    if c["handle"] not in ("frontpage", "sale", "new-arrivals", "gifts-under-25"):
        kinds[c["handle"]] = len(c["products"])
check(len(by["frontpage"]["products"]) == 8, "frontpage has not 8 products")
check(set(by["sale"]["products"]) == {h for h, r in products.items() if any(v["Variant Compare At Price"] for v in r)}, "sale")
check(all(max(prices[h]) < 25 for h in by["gifts-under-25"]["products"]), "gifts are not under 25")
check(len(kinds) >= 7, "kinds of goods")
check(set().union(*(by[k]["products"] for k in kinds)) == {h for h, r in products.items() if r[0]["Status"] == "active"}, "a product without a kind")

zones = shop["deliveryZones"]
check([len(z["countries"]) for z in zones] == [1, 26, 5] and all(len(z["methods"]) == 2 for z in zones), "zones")
countries = [c for z in zones for c in z["countries"]]
check(len(set(countries)) == 32, "a country in two zones")
check(len({m["handle"] for z in zones for m in z["methods"]}) == 6, "method handles")
check(zones[0]["methods"][0]["freeFromMinor"] and all(isinstance(m["priceMinor"], int) for z in zones for m in z["methods"]), "methods")

bulky = load("delivery.json")["profile"]
check(all(h in products for h in bulky["products"]), "a bulky product that is not there")
check(all(m["tiers"][-1]["maxWeightGrams"] is None for z in bulky["zones"] for m in z["methods"]), "bulky goods too heavy")

markets = load("markets.json")
known = {r["currency"] for r in markets["rates"]} | {shop["currency"]}
check(all(m["currency"] in known for m in markets["markets"]), "a market without a rate")
sold = [c for m in markets["markets"] for c in m["countries"]]
check(sorted(sold) == sorted(set(countries)), "the markets are not the countries that are delivered to")
check(all(p["sku"] in skus for m in markets["markets"] for l in m["priceLists"] for p in l["prices"]), "a price without a SKU")

images.add("images/logo.png")
have = {"images/" + f for f in os.listdir(os.path.join(HERE, "images"))}
check(images == have, f"images missing {sorted(images - have)[:5]} unused {sorted(have - images)[:5]}")
sizes = {f: os.path.getsize(os.path.join(HERE, f)) for f in images & have}
for f in sizes:
    w, h, colors = png(os.path.join(HERE, f))
    check(colors and colors <= 64, f"{f}: {colors} colours")
    check((w, h) == (900, 900) or f == "images/logo.png", f"{f}: {w} x {h}")
check(max(sizes.values()) <= 14_000, f"largest image {max(sizes, key=sizes.get)} {max(sizes.values())}")
check(sum(sizes.values()) <= 2_500_000, "images are too large together")

stats["products"] = len(products)
for key, least in (("products", 130), ("variants", 430), ("sold out variants", 40), ("wholly sold out products", 3),
                   ("policy continue", 3), ("products with compare-at", 25), ("untracked, not shipped", 2),
                   ("options: 3", 1), ("status draft", 2), ("status archived", 1), ("products with SEO", len(products) * .4)):
    check(stats[key] >= least, f"{key}: {stats[key]}, wanted {least}")
stats["barcodes"], stats["swatches"], stats["collections"] = len(barcodes), len(swatches), len(collections)
stats["vendors"] = len({r[0]["Vendor"] for r in products.values()})
for k in sorted(stats):
    print(f"{k:28}{stats[k]:6}")
print("kinds:", dict(kinds))
print("collections:", {c["handle"]: len(c["products"]) for c in collections})
print(f"{len(sizes)} image files, {sum(sizes.values())} bytes, largest {max(sizes.values())}")
for f in faults:
    print("FAULT", f)
print("ok" if not faults else f"{len(faults)} faults")
sys.exit(bool(faults))
