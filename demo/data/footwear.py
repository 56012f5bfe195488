from kit import Kind, TOLLEN, FJELL, MOOS

k = Kind("footwear", "Footwear", "Apparel & Accessories > Shoes")
p = k.p

p("Cairn Hiking Boot", "CHB", TOLLEN, "Boots", 189, 1350, "leather, outdoor, unisex", "boot:lug=1",
  "Lace-up leather hiking boot with a lugged sole", """
A boot for paths that are mostly path. Waxed nubuck, a padded collar and a welted sole that any cobbler can replace, so the second pair is a long way off.
- Resoleable stitched construction
- Weighs about 670 g per shoe in size 42
- Comes with two pairs of laces""",
  "Color: Chestnut, Slate | Size: 38, 39, 40, 41, 42, 43, 44, 45", was=219, out="Chestnut/42, Chestnut/43, Slate/38",
  seo="Resoleable waxed-leather hiking boot with a padded collar, sizes 38 to 45.")

p("Chandler Chelsea Boot", "CCB", TOLLEN, "Boots", 169, 1050, "leather, city, unisex", "boot:chelsea=1",
  "Ankle-high pull-on boot with elastic sides", """
Cut from a single piece of vegetable-tanned leather, so there is only one seam to worry about, and it is at the back. The elastic is woven, not glued, and keeps its grip for years.""",
  "Color: Black, Tan | Size: 37, 38, 39, 40, 41, 42, 43, 44", out="Tan/37, Tan/44")

p("Puddle Wellington", "PWL", FJELL, "Boots", 58, 1500, "rubber, rain, garden", "welly",
  "Tall natural-rubber rain boot", """
Natural rubber, cotton lining and a loop at the back for pulling on while holding a dog. The tread is shallow enough to knock clean against a doorstep.""",
  "Color: Forest, Butter, Navy | Size: 36, 37, 38, 39, 40, 41, 42", skip="Butter/36, Butter/37", was=68,
  seo="Cotton-lined natural rubber boots for wet gardens and wetter walks.")

p("Small Puddle Wellington", "SPW", FJELL, "Boots", 36, 780, "rubber, rain, kids, new", "welly:kid=1",
  "Short children's rain boot with a pull-on handle", """
The same rubber as the grown-up boot, with two handles so small hands can do it alone. A reflective band runs around the top for the dark end of the year.""",
  "Color: Berry, Lake | Size: 24, 26, 28, 30", cont="Berry")

p("Plimsoll Canvas Trainer", "PCT", TOLLEN, "Trainers", 72, 720, "canvas, summer, unisex", "sneaker",
  "Low canvas trainer with a white rubber sole", """
Organic canvas over a vulcanised sole, with nothing on the side to tell anyone who made it. They start stiff, give in after a week, and get better until they fall apart.""",
  "Color: White, Navy, Rust | Size: 37, 38, 39, 40, 41, 42, 43, 44", out="White/40, White/41, Rust/37, Rust/44",
  seo="Plain, low canvas trainers with a vulcanised rubber sole in white, navy and rust.")

p("Fell Trail Runner", "FTR", FJELL, "Trainers", 124, 560, "running, outdoor, unisex", "sneaker:run=1,h2=Butter",
  "Light trail running shoe with a wavy outsole", """
A light runner with a roomy toe box and four-millimetre studs that bite without clogging. The mesh drains through two eyelets above the sole, so a stream crossing is over in ten strides.""",
  "Color: Lake, Charcoal | Size: 39, 40, 41, 42, 43, 44", was=145, out="Lake/42")

p("Quay Deck Shoe", "QDS", TOLLEN, "Shoes", 98, 680, "leather, summer, unisex", "loafer",
  "Leather deck shoe with side lacing", """
Hand-sewn around the toe with a leather lace that runs right round the heel and tightens the whole collar. The split sole holds on to wet wood and lets go of gravel.""",
  "Color: Tan, Ink | Size: 39, 40, 41, 42, 43, 44, 45", out="Ink/45")

p("Sunday Loafer", "SDL", TOLLEN, "Shoes", 139, 700, "leather, city", "loafer:penny=1",
  "Smooth leather loafer with a plain saddle strap", """
An unlined loafer, soft enough to wear the day it arrives. We only make these in spring when the leather is right, and this year's are gone.""",
  "Color: Chestnut | Size: 38, 39, 40, 41, 42", out="*")

p("Cork Footbed Sandal", "CFS", TOLLEN, "Sandals", 79, 520, "leather, cork, summer, unisex", "sandal",
  "Two-strap sandal with a moulded cork footbed", """
Two straps, two buckles and a cork bed that takes on the shape of your foot within a fortnight. The sole is thin EVA that can be swapped when it is walked through.""",
  "Color: Tan, Black, Sage | Size: 36, 37, 38, 39, 40, 41, 42, 43", skip="Sage/42, Sage/43", was=92, out="Tan/39, Tan/40",
  seo="Two-strap leather sandals with a moulded cork footbed and a replaceable sole.")

p("Hearth Felt Slipper", "HFS", TOLLEN, "Slippers", 48, 340, "wool, home, unisex", "slipper",
  "Closed felt slipper with a contrasting edge", """
Pressed from one thick sheet of wool felt and sewn to a latex sole that is silent on floorboards. Choose your usual size; felt gives a little and then stops.""",
  "Color: Slate, Rust, Moss | Size: 36, 38, 40, 42, 44", out="Moss/36")

p("Garden Clog", "GCL", MOOS, "Clogs", 44, 460, "garden, rain", "clog",
  "Closed garden clog with a raised heel", """
Step in, step out, hose down. The moulded clog has a lifted heel for standing on a spade and a felt insole you can take out and dry on the radiator.""",
  "Color: Forest, Terracotta | Size: 37, 38, 39, 40, 41, 42", pics=2)

p("Cobbler's Care Tin", "CCT", TOLLEN, "Shoe care", 18, 420, "leather, care, gift", "tin:label=wax",
  "Round tin of leather wax with a horsehair brush", """
Beeswax balm, a horsehair brush and a square of flannel in a tin that fits the shoe shelf. One thin coat a month in winter keeps salt out and suppleness in.""",
  hue="Ochre", cont="*")

p("Waxed Boot Laces", "WBL", TOLLEN, "Shoe care", 6.5, 30, "care, cotton, gift", "laces",
  "Coiled pair of waxed cotton laces", """
Round cotton laces, waxed so that a double knot stays a double knot. Count the pairs of eyelets on your shoe: five or six need 120 cm, seven or eight need 150 cm.""",
  "Color: Chestnut, Black, Oat | Length: 120 cm, 150 cm", add={"150 cm": 1}, pics=2)
