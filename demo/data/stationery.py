from kit import Kind, BRAMWICK

k = Kind("stationery", "Stationery", "Office Supplies > General Office Supplies")
p = k.p

p("Thread-bound Notebook", "TBN", BRAMWICK, "Notebooks", 18, 310, "paper, gift", "notebook",
  "Cloth-covered notebook with an elastic band", """
Sewn in sixteen-page sections, so it lies open on its own from the first page to the last. The 100 g paper takes fountain pen ink without a shadow on the other side.
- 192 numbered pages
- Two ribbon markers and a pocket at the back""",
  "Color: Ink, Terracotta, Sage | Ruling: Plain, Lined, Dotted | Size: A5, A6", out="Sage/Lined/A5", add={"A6": -5}, heavy={"A6": -140}, seo="Thread-bound notebook with 192 numbered pages; plain, lined or dotted.",
  )

p("Pocket Jotter, Pack of Three", "PJT", BRAMWICK, "Notebooks", 11.5, 120, "paper, gift, travel", "notebook:thin=1",
  "Three thin pocket notebooks in a fan", """
Stapled, rounded at the corners and thin enough to forget in a shirt pocket. The last page of each is a ruler, a calendar and a place to write whose it is.""",
  "Color: Ochre, Lake", pics=2)

p("Undated Week Planner", "UWP", BRAMWICK, "Planners", 26, 420, "paper, planning, new", "planner",
  "Open weekly planner with a ribbon", """
Fifty-four weeks without dates, so a fortnight off does not leave blank accusations. Each spread has the days on the left and an open grid on the right.""",
  "Color: Forest, Blush | Size: A5, B6", add={"B6": -3}, heavy={"B6": -110})

p("Brass Barrel Pen", "BBP", BRAMWICK, "Writing", 38, 45, "brass, writing", "pen",
  "Hexagonal metal ballpoint pen", """
A six-sided barrel that will not roll off a drawing board and takes any standard refill. Brass darkens where you hold it; steel stays as it is.""",
  "Material: Brass, Steel", was=46, seo="Six-sided metal ballpoint with a standard refill, in brass or steel.")

p("Cedar Pencils, Box of Twelve", "CDB", BRAMWICK, "Writing", 15, 110, "wood, writing, gift", "pencils",
  "Row of sharpened cedar pencils", """
Unlacquered cedar with a good smell and a core that neither scratches nor smears. The grade is stamped at the end you do not sharpen.""",
  "Grade: HB, 2B, 4B", hue="Tan", out="4B")

p("Botanical Colour Pencils", "BCP", BRAMWICK, "Writing", 29, 260, "drawing, gift-idea", "pencils:rainbow=1",
  "Fan of colour pencils in muted garden shades", """
Twenty-four colours mixed after things that grow: lichen, rosehip, wet bark. The soft cores blend well and layer up to a rich wax bloom.""",
  hue="Moss", was=36)

p("Iron Gall Ink", "IGI", BRAMWICK, "Writing", 16, 180, "ink, writing, gift", "ink",
  "Square glass bottle of fountain pen ink", """
Old-recipe ink that goes down pale and darkens on the page as you read it back. Gentle enough for a modern pen if the pen is used at least weekly.""",
  "Color: Ink, Forest, Berry", seo="Fountain pen ink on an old iron gall recipe, in ink blue, forest and berry.")

p("Letterpress Note Cards", "LNC", BRAMWICK, "Cards", 14.5, 150, "paper, gift", "card",
  "Folded card with a printed sprig and an envelope", """
Eight cards printed on a hand-fed press with one deep impression of a sprig. They come with lined envelopes and no message inside; you know best.""",
  "Design: Fern, Poppy, Wheat", hue="Sage", also=["card:motif=poppy,hue=Blush|Card with a poppy and a blush envelope"])

p("Kraft Gift Wrap Roll", "KGW", BRAMWICK, "Wrapping", 9.5, 260, "paper, gift, recycled", "wrap",
  "Roll of patterned kraft wrapping paper", """
Ten metres of recycled paper, strong enough to be folded open and used again. The pattern is printed with vegetable ink and stops short of the edge so the join disappears.""",
  "Color: Sand, Forest, Berry", pics=3, out="Berry")

p("Paper Tape Trio", "PTT", BRAMWICK, "Wrapping", 8.5, 60, "paper, gift", "tape",
  "Three rolls of patterned paper tape", """
Three rolls of rice-paper tape that tear straight by hand and peel off a wall without taking the wall. Ten metres each: one dotted, one striped and one plain.""",
  hue="Terracotta")

p("Desk Tray in Felt & Ash", "DTF", BRAMWICK, "Desk", 44, 640, "wood, desk", "tray",
  "Shallow wooden desk tray with compartments", """
Three compartments, sized for a phone, a handful of pens and everything that has no name. Felt on the underside keeps it quiet and lets it slide aside when the laptop arrives.""",
  "Material: Ash, Walnut", was=54)

p("Perpetual Block Calendar", "PBC", BRAMWICK, "Desk", 33, 520, "wood, desk", "calendar",
  "Wooden block calendar on a stand", """
Two number cubes and three month bars make every date there will ever be. Yes, six and nine are the same face; it took us a while as well.""",
  "Material: Oak, Walnut", out="Oak")

p("Return Address Stamp Kit", "RAS", BRAMWICK, "Desk", 24, 190, "wood, desk, gift", "stamp",
  "Wooden hand stamp with an ink pad", """
Set your own lines with tweezers and 312 rubber letters, then stamp until the novelty wears off. The pad is pigment ink and waterproof after a minute.""",
  hue="Cherry", cont="*")

p("Printable Garden Journal", "PGJ", BRAMWICK, "Digital downloads", 12, 0, "digital, garden, planning, gift", "sheet:icon=leaf",
  "Printed journal page with a drawn leaf", """
Forty-two PDF pages to print as often as you like: bed plans, sowing tables, a frost log and room for excuses. Laid out for A4 and for A5 booklets, in a version that spares your black ink.""",
  hue="Sage", digital=True, seo="A printable PDF garden journal with bed plans, sowing tables and a frost log.")

p("Marbled Pencil Case", "MPC", BRAMWICK, "Desk", 21, 85, "canvas, desk", "pouch",
  "Zipped pencil case with a rounded end", """
Waxed canvas with a metal zip and a flat bottom, so it stands open like a cup. This is a sample run we are still adjusting.""",
  "Color: Plum, Sky", pics=1, status="draft")
