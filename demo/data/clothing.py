from kit import Kind, OSTRAND, KETTLE, FJELL

k = Kind("clothing", "Clothing", "Apparel & Accessories > Clothing")
p = k.p

p("Harbour Linen Shirt", "LNS", OSTRAND, "Shirts", 69, 230, "linen, summer, unisex", "shirt:collar=band",
  "Long-sleeved linen shirt with a band collar", """
Cut from a mid-weight linen that arrives a little crisp and softens with every wash. The band collar sits flat under a jumper, and the sleeves are long enough to roll twice without coming undone.
- 100 % European linen, stone-washed
- Corozo nut buttons, with a spare sewn into the side seam
- Wash at 40 °C, hang up wet, skip the iron""",
  "Color: Sand, Moss, Ink | Size: S, M, L, XL", out="Moss/S, Sand/XL", pics=2, also=["swatch:pat=weave|Close view of the linen weave"],
  seo="A soft, stone-washed linen shirt with a band collar in sand, moss and ink, sizes S to XL.")

p("Everyday Heavy Tee", "EHT", OSTRAND, "T-shirts", 32, 240, "cotton, basics, unisex", "tee",
  "Heavy cotton T-shirt with a ribbed neck", """
A T-shirt with some weight to it: 240 g cotton jersey that does not twist after the third wash. The neck rib is knitted in one piece, so it lies down again when you pull it off over your ears.""",
  "Color: White, Charcoal, Lake, Ochre | Size: XS, S, M, L, XL, XXL", add={"XXL": 2}, skip="Ochre/XS, Ochre/XXL",
  out="White/M, Charcoal/XXL", seo="Heavyweight 240 g cotton T-shirt that keeps its shape, in four colours and six sizes.")

p("Ferry Stripe Long-sleeve", "FSL", OSTRAND, "T-shirts", 45, 260, "cotton, stripes, unisex, new", "sweater:stripe=1,neck=boat",
  "Long-sleeved top with narrow stripes and a boat neck", """
The stripe is knitted in rather than printed, which is why it never fades unevenly. A boat neck and slightly short sleeves make it a good layer for standing at a railing and pretending to know the weather.""",
  "Color: Navy, Rust | Size: S, M, L, XL", out="Rust/M")

p("Fisher Rib Jumper", "FRJ", OSTRAND, "Knitwear", 118, 620, "wool, winter, unisex", "sweater:rib=1,neck=roll",
  "Chunky roll-neck jumper in fisherman's rib", """
Knitted in a full fisherman's rib, so it is springy, thick and equally handsome on both sides. The wool comes from one flock, is spun with a bit of its lanolin left in, and shrugs off drizzle.
- 100 % lambswool
- Fully fashioned, linked by hand at the collar
- Air it rather than wash it; when you must, use cold water""",
  "Color: Oat, Forest, Plum | Size: S, M, L, XL", was=139, out="Oat/S, Oat/M", pics=2, also=["swatch:pat=knit|Close view of the fisherman's rib"],
  seo="A thick lambswool roll-neck in fisherman's rib, warm and springy, in oat, forest and plum.")

p("Loft Hoodie", "LFH", OSTRAND, "Sweatshirts", 74, 540, "cotton, basics, unisex", "hoodie",
  "Hooded sweatshirt with a front pocket", """
Loopback cotton on the inside, tight knit on the outside, and a hood with enough cloth to actually cover a head. We left out the drawcord ends that get chewed and used a flat woven tie instead.""",
  "Color: Slate, Blush, Black | Size: S, M, L, XL", was=89, out="Black/L")

p("Gable Work Jacket", "GWJ", FJELL, "Jackets", 129, 880, "canvas, workwear, unisex", "jacket",
  "Boxy canvas work jacket with patch pockets", """
A boxy three-pocket jacket in brushed canvas, lined only across the shoulders so it slips over a jumper. The pockets are double-stitched and big enough for a paperback, a folding rule and one glove.""",
  "Color: Tan, Navy | Size: S, M, L, XL", add={"XL": 6}, out="Tan/L",
  seo="Brushed canvas work jacket with three deep pockets and lined shoulders, in tan and navy.")

p("Drizzle Shell", "DRZ", FJELL, "Jackets", 149, 410, "waterproof, rain, unisex, new", "jacket:hood=1,zip=1",
  "Hooded rain jacket with a full-length zip", """
Two and a half layers of recycled polyester keep a long afternoon of rain on the outside. Pit zips let the steam out on the climb, and the whole thing packs into its own left pocket.
- 15,000 mm water column, taped seams
- Repair patches in three sizes included""",
  "Color: Butter, Slate, Forest | Size: S, M, L, XL", was=179, cont="Butter", out="Butter/M, Butter/L")

p("Orchard Trousers", "ORT", OSTRAND, "Trousers", 84, 520, "cotton, workwear, unisex", "trousers",
  "Straight-leg cotton twill trousers", """
Straight from the hip with room in the knee, because trousers should let you kneel. The twill is garment-dyed and will fade along the seams in its own time.""",
  "Color: Chestnut, Moss, Charcoal | Waist: 28, 30, 32, 34, 36", pics=3, out="Moss/28, Charcoal/36",
  seo="Garment-dyed cotton twill trousers with a straight leg and room in the knee.")

p("Pebble Shorts", "PBS", OSTRAND, "Trousers", 49, 280, "linen, summer, unisex", "trousers:short=1",
  "Drawstring linen shorts", """
Elastic at the back, flat at the front, and pockets that hold pebbles without sagging to the knee. The linen and cotton mix dries over a chair back in about the time it takes to eat lunch.""",
  "Color: Sand, Sky | Size: S, M, L, XL", was=59)

p("Meadow Wrap Dress", "MWD", OSTRAND, "Dresses", 98, 340, "viscose, summer", "dress",
  "Knee-length wrap dress with a tie at the waist", """
A wrap dress that stays wrapped, thanks to a hidden snap exactly where you need it. It falls just below the knee, has two real pockets, and moves well in a breeze.""",
  "Color: Berry, Sage, Ink | Size: XS, S, M, L, XL", out="Berry/XS, Sage/XL",
  seo="A below-the-knee wrap dress with pockets and a hidden snap, in berry, sage and ink.")

p("Quarry Pleat Skirt", "QPS", OSTRAND, "Skirts", 72, 360, "wool, autumn", "skirt",
  "Pleated midi skirt with a broad waistband", """
Twelve pressed pleats in a light wool blend swing when you walk and settle when you stop. The waistband is faced with cotton, so nothing scratches.""",
  "Color: Rust, Charcoal | Size: XS, S, M, L", was=88, pics=2)

p("Dockside Beanie", "DKB", OSTRAND, "Accessories", 24, 80, "wool, winter, gift", "beanie",
  "Ribbed wool beanie with a turned-up brim", """
A short ribbed beanie, knitted in the round so there is no seam across the crown. Turn the brim up once for the city and not at all for the quay.""",
  "Color: Ochre, Navy, Fog, Berry", pics=3, seo="Seamless ribbed wool beanie with a turn-up brim, in four colours.")

p("Tideline Scarf", "TDS", OSTRAND, "Accessories", 39, 190, "wool, winter", "scarf:h2=Cream",
  "Long fringed scarf with a striped end", """
Two metres of brushed lambswool with a fringe knotted by hand. The stripe sits only at one end, so you can decide each morning whether it is a plain day.""",
  "Color: Lake, Rust, Plum", was=49, pics=3)

p("Cushioned Hiking Socks", "CHS", OSTRAND, "Accessories", 16, 90, "wool, outdoor, gift", "socks:h2=Oat",
  "Pair of knee-height wool socks with contrast heels", """
Looped terry under heel and ball, plain knit over the instep, and a cuff that holds without leaving a mark. Seventy per cent merino keeps them warm when wet and polite when old.""",
  "Color: Forest, Rust, Slate | Size: 36–38, 39–41, 42–44, 45–47", pics=3, out="Rust/45–47")

p("Baker's Cross-back Apron", "BCA", KETTLE, "Accessories", 42, 310, "linen, kitchen, new", "apron",
  "Cross-back apron with a wide front pocket", """
No strings to tie behind your back: the straps cross between the shoulders and it drops on over your head. The washed linen takes flour, oil and beetroot with equal calm.""",
  "Color: Terracotta, Ink, Oat | Size: One size, Tall", add={"Tall": 4}, pics=3)

p("Sewing Pattern: Market Tote & Hat", "SPM", OSTRAND, "Digital downloads", 9, 0, "digital, sewing, gift", "sheet:icon=dress",
  "Printed sewing pattern sheet with drawn pieces", """
A PDF pattern for a boxy tote and a reversible bucket hat, both made from less than a metre of cloth. Print it at home on nine A4 sheets; every step is drawn, and the seam allowance is already included.""",
  hue="Sky", digital=True, seo="Download and print a beginner-friendly PDF pattern for a tote bag and a reversible hat.")
