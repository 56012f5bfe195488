from kit import Kind, PIPKIN, BRAMWICK

k = Kind("games", "Games", "Toys & Games > Games")
p = k.p

p("Lanterns over Larkmere", "LOL", PIPKIN, "Board games", 39, 1200, "family, strategy", "gamebox:scene=lantern",
  "Board game box with floating lanterns", """
Float paper lanterns across the lake, catch the evening breeze and try not to drift into anyone's reeds. Two to five players, about forty minutes, and no reading beyond the first page of rules.
- 60 wooden lanterns, 1 folding board
- From 8 years""",
  hue="Ink", seo="A breezy family board game about floating lanterns, for two to five players.", cont="*")

p("The Salt Road", "TSR", PIPKIN, "Board games", 54, 1900, "strategy", "gamebox:scene=road",
  "Board game box with a winding mountain road", """
Lead a mule train over the pass before the snow, buying low in the valley and haggling high. A meaty evening for two to four, with a solo mode for those whose friends cancel.""",
  hue="Terracotta", was=64)

p("Hedge & Burrow", "HAB", PIPKIN, "Card games", 14.9, 190, "family, travel, gift", "cards",
  "Fan of playing cards with small animals", """
Rabbits want burrows, foxes want rabbits, and everybody wants the last hedge. A quick card game for two to six that explains itself by the second round.""",
  hue="Forest", seo="A quick card game of rabbits, foxes and hedges for two to six players.")

p("Plain Good Playing Cards", "PGC", PIPKIN, "Card games", 9.9, 110, "classic, travel, gift", "cards:plain=1",
  "Two playing cards and a boxed deck", """
Fifty-four linen-finish cards with large indices and jokers drawn by someone who clearly enjoyed it. They shuffle like silk and survive a beach.""",
  "Color: Berry, Navy", pics=2)

p("Wooden Draughts & Chess", "WDC", PIPKIN, "Classics", 68, 1700, "wood, classic", "chess",
  "Chess pieces on the corner of a board", """
A folding board with magnets in the hinge and both sets of pieces in felt-lined drawers. The knights are carved, the rest are turned, and the spare queen is already in the box.""",
  "Material: Walnut, Cherry", was=82, out="Cherry", pics=2)

p("Double-six Dominoes", "DSD", PIPKIN, "Classics", 26, 540, "wood, classic", "domino",
  "Row of dominoes with inlaid pips", """
Twenty-eight tiles heavy enough to click, with pips drilled and filled rather than printed. The box lid slides and has room for the score.""",
  "Material: Oak, Walnut", pics=2)

p("Five Bone-white Dice", "FBD", PIPKIN, "Classics", 7.2, 60, "classic, travel, gift", "dice",
  "Two rounded dice", """
Five dice with rounded corners in a drawstring pouch. Balanced in salt water before they leave us, so bad luck is your own.""",
  "Color: White, Berry, Lake", pics=3, out="Lake")

p("Village Jigsaw, 1000 Pieces", "VJS", PIPKIN, "Puzzles", 24, 720, "puzzle, gift", "jigsaw",
  "Interlocking jigsaw pieces with a village view", """
A hill village on market day, drawn with forty-six cats to find after the sky is done. The pieces are thick grey board with a linen face and no dust.""",
  hue="Sky", was=30, seo="A thousand-piece jigsaw of a hill village on market day with 46 hidden cats.")

p("Tangle Burr Puzzle", "TBP", PIPKIN, "Puzzles", 18, 210, "wood, puzzle, gift", "burr",
  "Six-piece wooden burr puzzle", """
Six sticks, one way in, and an evening you will not get back. The solution is in a sealed envelope which we recommend giving to somebody strict.""",
  hue="Beech")

p("Stacking Stones", "STS", PIPKIN, "Toys", 32, 480, "wood, kids, new", "stones",
  "Tower of rounded coloured wooden stones", """
Twelve faceted beech stones in colours borrowed from a wet beach. For small engineers from two years, and for anyone on a long telephone call.""",
  hue="Sage", was=38)

p("Hand-turned Spinning Top", "HST", PIPKIN, "Toys", 8.5, 50, "wood, kids, gift", "top",
  "Spinning top with painted rings", """
Turned from one piece, waxed at the tip and ringed with three lines of colour that blur into a fourth. Our record is two minutes and eleven seconds on a dinner plate.""",
  "Color: Rust, Lake, Ochre", pics=3)

p("Kite for Light Winds", "KLW", PIPKIN, "Toys", 36, 260, "outdoor, kids", "kite:h2=Butter",
  "Diamond kite with a ribbon tail", """
Ripstop on carbon rods, with a tail long enough to be steady and short enough to be lively. It lifts in a breeze that barely moves a leaf.""",
  "Color: Rust, Lake", pics=2, out="Rust")

p("Travelling Nine Men's Morris", "TNM", PIPKIN, "Classics", 22, 140, "travel, classic, gift", "morris",
  "Cloth game board with counters", """
A board printed on linen, eighteen counters sewn into the hem, and a ribbon to tie it all up. Unroll it on a train table and someone will ask to play.""",
  hue="Oat")

p("Marble Run Starter Box", "MRS", PIPKIN, "Toys", 74, 2600, "wood, kids", "marbles",
  "Glass marbles in a row", """
Forty-four beech blocks with grooves, curves and one drop that nobody expects. The final edition is still with the testers, who are seven.""",
  hue="Lake", status="draft")
