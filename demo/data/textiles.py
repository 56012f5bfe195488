from kit import Kind, OSTRAND, KETTLE

k = Kind("home-textiles", "Home Textiles", "Home & Garden > Linens & Bedding")
p = k.p

p("Tidal Wool Blanket", "TWB", OSTRAND, "Blankets", 128, 1400, "wool, winter", "blanket:h2=Cream",
  "Folded wool blanket with a broad stripe", """
Woven on a loom older than the mill's oldest weaver, then brushed twice. It is warm enough for a cold bench and light enough for the end of a bed.
- 100 % new wool, 140 × 200 cm
- Blanket-stitched edge""",
  "Color: Lake, Rust, Slate", was=158, out="Rust", seo="Brushed new-wool blanket, 140 × 200 cm, with a broad woven stripe.")

p("Cotton Waffle Throw", "CWT", OSTRAND, "Blankets", 64, 780, "cotton, summer", "blanket:waffle=1",
  "Folded cotton throw in a waffle weave", """
Deep honeycomb cells hold air, which makes a cotton throw feel warmer than it has any right to. It dries overnight and needs no ironing.""",
  "Color: Oat, Sage, Blush | Size: 130 × 170 cm, 150 × 220 cm", add={"150 × 220 cm": 18}, heavy={"150 × 220 cm": 320})

p("Washed Linen Cushion", "WLC", OSTRAND, "Cushions", 34, 420, "linen", "cushion",
  "Square linen cushion with piped edges", """
A plump square with a piped edge and an envelope back, so no zip ends up against your cheek. The filling is feather over a wool core and can be bought again on its own.""",
  "Color: Terracotta, Moss, Ink, Cream | Size: 40 cm, 50 cm", add={"50 cm": 8}, heavy={"50 cm": 180}, out="Terracotta/50 cm",
  seo="Piped linen cushions in four colours with a feather and wool filling.")

p("Patchwork Floor Cushion", "PFC", OSTRAND, "Cushions", 72, 1900, "cotton, upcycled", "cushion:patch=1,h2=Butter,h3=Rust",
  "Large floor cushion sewn from square patches", """
Each one is pieced from the ends of bolts, so no two have quite the same squares. Buckwheat husks inside settle to your shape and rustle faintly when you move.""",
  "Color: Navy, Plum", was=86)

p("Percale Duvet Set", "PDS", OSTRAND, "Bedding", 89, 1500, "cotton, bedroom", "bedding",
  "Made bed corner with duvet and pillow", """
Percale is the crisp one: a plain weave of long-staple cotton that feels cool on the second night too. The set is a duvet cover with ties at the corners and two pillowcases with deep flaps.""",
  "Color: White, Sky, Clay | Size: 135 × 200 cm, 155 × 220 cm, 200 × 200 cm", add={"155 × 220 cm": 20, "200 × 200 cm": 32},
  heavy={"155 × 220 cm": 300, "200 × 200 cm": 500}, out="Sky/135 × 200 cm, Clay/200 × 200 cm",
  seo="Crisp long-staple cotton percale duvet sets in white, sky and clay.")

p("Buckwheat Pillow", "BWP", OSTRAND, "Bedding", 39, 1700, "cotton, bedroom", "pillow",
  "Rectangular pillow with a contrasting stripe", """
Filled with husks you can add or take out through a hidden zip until the height is right. It stays cool, holds its shape and makes a sound like distant shingle.""",
  hue="Oat", cont="*")

p("Hand-tufted Arch Rug", "HAR", OSTRAND, "Rugs", 149, 3800, "wool, handmade", "rug:h2=Cream,h3=Ochre",
  "Wool rug with a pattern of nested arches", """
Nested arches in thick wool pile, tufted by hand and clipped so the lines stand a little proud. A cotton backing keeps it flat on boards, and a pad is included for tiles.""",
  "Color: Terracotta, Forest | Size: 70 × 140 cm, 120 × 180 cm", add={"120 × 180 cm": 110}, heavy={"120 × 180 cm": 4200}, was=189,
  out="Forest/120 × 180 cm")

p("Flatweave Runner", "FWR", OSTRAND, "Rugs", 86, 2100, "cotton, hallway, new", "rug:runner=1,h2=Oat,h3=Butter",
  "Long woven runner with a zigzag and fringe", """
A reversible runner for the hall, flat enough for a door to pass over. Shake it out of the window like everybody's grandmother did, or wash it at 30 °C.""",
  "Color: Ink, Rust | Length: 150 cm, 200 cm, 250 cm", add={"200 cm": 22, "250 cm": 44}, heavy={"200 cm": 700, "250 cm": 1400})

p("Sheer Linen Curtain", "SLC", OSTRAND, "Curtains", 58, 620, "linen, window", "curtain",
  "Pair of light linen curtains at a window", """
A loose weave that takes the edge off the midday sun and still lets you watch the street. Sold singly, with a hidden-tab heading that suits a rod or rings.""",
  "Color: White, Sand, Sage | Length: 220 cm, 260 cm", add={"260 cm": 9}, heavy={"260 cm": 110}, out="Sand/220 cm",
  seo="Loosely woven linen curtain panels with a hidden-tab heading, in two lengths.")

p("Two-tone Tea Towel", "TTT", KETTLE, "Table linen", 13, 90, "linen, kitchen, gift", "teatowel:h2=Cream",
  "Hanging tea towel with broad bands", """
Half linen, half cotton: the first polishes glasses, the second drinks up the puddle. It has a loop at the corner and another in the middle, because people disagree.""",
  "Color: Lake, Rust, Ochre, Ink", pics=3)

p("Scalloped Napkins, Set of Four", "SNS", KETTLE, "Table linen", 32, 220, "linen, table", "napkin",
  "Folded linen napkins with a scalloped edge", """
Four napkins with a scalloped edge in a second thread colour. They are generous at 45 cm square, and the creases look intentional.""",
  "Color: Blush, Sage", was=40, out="Blush")

p("Long Table Cloth", "LTC", KETTLE, "Table linen", 76, 700, "linen, table", "tablecloth",
  "Linen cloth over a long table", """
Washed linen with mitred corners and a deep hem that gives it a proper fall. It forgives red wine if you get to it before dessert.""",
  "Color: Oat, Slate, Forest | Size: 140 × 180 cm, 140 × 250 cm", add={"140 × 250 cm": 24}, heavy={"140 × 250 cm": 280}, pics=2)

p("Stuffed Wool Pouffe", "SWP", OSTRAND, "Cushions", 112, 4200, "wool, living room", "pouffe",
  "Round knitted pouffe", """
Knitted from a rope of felted wool as thick as a thumb. It is a footrest on weekdays, a seat at parties and a cat's by all other arrangements.""",
  "Color: Ochre, Fog", out="Fog")
