import StockDomain

extension DemoCatalogue {
    /// The five that documentation and examples speak of.
    static let samples = [
        sample("WID-001", "Widget A", "Widgets", 4999, threshold: 10),
        sample("WID-002", "Widget B", "Widgets", 2999, threshold: 8),
        sample("GAD-001", "Gadget X", "Gadgets", 8999, threshold: nil),
        sample("GIZ-001", "Gizmo Pro", "Gizmos", 12999, threshold: 5),
        sample("DOO-001", "Doohickey", "Gizmos", 999, threshold: 12),
    ]

    private static func sample(_ sku: String, _ name: String, _ category: String, _ price: Int64, threshold: Int?) -> Product {
        Product(
            sku: sku, name: name, category: category, price: price, tracked: true, alertThreshold: threshold, portion: Quantity(1))
    }

    /// Shelves that show something, with their stock at the start in portions; all others are kept well. Every severity is
    /// among them under the default thresholds.
    static let showcase: [(sku: String, location: Int, keeping: Shelf.Keeping, initial: Int)] = [
        ("WID-001", 0, .late, 4), ("WID-002", 0, .late, 0), ("GAD-001", 0, .late, 1), ("GIZ-001", 0, .well, 24),
        ("DOO-001", 0, .late, 14), ("WID-001", 1, .well, 40), ("GAD-001", 1, .late, 7), ("DOO-001", 1, .late, 9),
        ("PRO-001", 0, .late, 14), ("DAI-001", 0, .late, 3), ("BAK-001", 1, .late, 0), ("BEV-003", 0, .late, 16),
        ("HAR-002", 1, .late, 1), ("GAR-004", 0, .oversold, -2), ("HOU-001", 0, .late, 13),
        ("ELE-002", 1, .late, 5), ("PAI-001", 0, .uncounted, 0), ("PAI-002", 1, .uncounted, 0),
    ]

    /// Category, prefix of SKUs, and a line for each product: name and price in cents. A name that ends in ", kg" is
    /// sold by weight.
    static let goods: [(category: String, prefix: String, lines: String)] = [
        (
            "Produce", "PRO",
            """
            Bananas, kg=179
            Apples Gala, kg=329
            Oranges, kg=289
            Lemons, kg=399
            Tomatoes on the vine, kg=449
            Cucumber=129
            Iceberg lettuce=199
            Baby spinach 200 g=349
            Carrots 1 kg=189
            Potatoes 2.5 kg=399
            Yellow onions 1 kg=199
            Garlic, 3 bulbs=249
            Red peppers, kg=599
            Broccoli=279
            Mushrooms 250 g=299
            Avocado=169
            Strawberries 400 g=449
            Blueberries 250 g=499
            """
        ),
        (
            "Dairy", "DAI",
            """
            Whole milk 1 gal=429
            Skimmed milk 1 gal=419
            Oat drink 1 l=349
            Butter salted 1 lb=549
            Greek yogurt 500 g=479
            Strawberry yogurt=129
            Cheddar block 400 g=599
            Mozzarella 125 g=299
            Parmesan wedge=849
            Cream cheese=329
            Sour cream=249
            Whipping cream=379
            Free-range eggs, 12=529
            Large eggs, 18=649
            Cottage cheese=339
            Feta 200 g=459
            """
        ),
        (
            "Bakery", "BAK",
            """
            Sourdough loaf=549
            Whole wheat loaf=429
            White sandwich loaf=329
            Baguette=249
            Bagels, 6=449
            Croissant=229
            Cinnamon roll=299
            Burger buns, 8=379
            Flour tortillas, 10=349
            Pita bread, 6=299
            Blueberry muffin=249
            Rye bread=499
            """
        ),
        (
            "Pantry", "PAN",
            """
            Spaghetti 500 g=179
            Penne 500 g=179
            Basmati rice 2 kg=699
            Brown rice 1 kg=349
            All-purpose flour 5 lb=449
            Granulated sugar 4 lb=399
            Sea salt 500 g=229
            Black pepper mill=549
            Olive oil 750 ml=1099
            Sunflower oil 1 l=499
            Chopped tomatoes 400 g=129
            Tomato paste=149
            Chickpeas 400 g=119
            Kidney beans 400 g=119
            Red lentils 500 g=249
            Tuna in water=189
            Peanut butter=429
            Strawberry jam=399
            Honey 340 g=699
            Maple syrup=1249
            Rolled oats 1 kg=379
            Corn flakes=449
            Granola=599
            Soy sauce=349
            Dijon mustard=329
            Ketchup=349
            Mayonnaise=429
            Apple cider vinegar=399
            Chicken stock 1 l=329
            Coconut milk=229
            """
        ),
        (
            "Beverages", "BEV",
            """
            Still water 6 x 1.5 l=399
            Sparkling water 1 l=119
            Cola 12 x 12 oz=799
            Ginger ale 2 l=229
            Orange juice 1 l=449
            Apple juice 1 l=349
            Ground coffee 12 oz=899
            Espresso beans 1 kg=1899
            Green tea, 20 bags=399
            Breakfast tea, 80 bags=599
            Hot chocolate=499
            Lemonade 1 l=329
            Tonic water, 6=549
            Kombucha ginger=379
            Sports drink=199
            Iced tea peach=179
            """
        ),
        (
            "Snacks", "SNA",
            """
            Potato chips sea salt=379
            Tortilla chips=349
            Salsa mild=399
            Roasted almonds 200 g=649
            Cashews 200 g=749
            Trail mix=599
            Pretzels=299
            Popcorn=279
            Dark chocolate 70%=349
            Milk chocolate bar=199
            Gummy bears=249
            Granola bars, 6=399
            Rice crackers=299
            Shortbread=449
            Oat cookies=399
            """
        ),
        (
            "Household", "HOU",
            """
            Paper towels, 6=899
            Toilet tissue, 12=1199
            Facial tissues=249
            Dish soap=349
            Dishwasher tablets, 40=1299
            Laundry detergent 2 l=1499
            Fabric softener=799
            All-purpose cleaner=449
            Glass cleaner=399
            Bleach 1 gal=499
            Sponges, 4=299
            Trash bags 13 gal, 50=1099
            Aluminium foil=549
            Cling film=399
            Parchment paper=449
            Hand soap=299
            Shampoo=649
            Toothpaste=379
            AA batteries, 8=999
            AAA batteries, 8=999
            Candles, 10=599
            Matches, 3 boxes=199
            """
        ),
        (
            "Hardware", "HAR",
            """
            Claw hammer 16 oz=1799
            Wood screws 4 x 40, 200=849
            Wood screws 5 x 60, 100=899
            Wall plugs 8 mm, 100=699
            Common nails 3 in, 1 lb=499
            Picture hooks, 20=399
            Screwdriver set, 6=2199
            Hex key set=1299
            Adjustable wrench 10 in=1999
            Combination pliers=1699
            Tape measure 25 ft=1499
            Spirit level 24 in=2299
            Utility knife=999
            Utility blades, 10=599
            Hand saw 20 in=1899
            Hacksaw=1599
            Wood glue 8 oz=599
            Super glue=449
            Duct tape=799
            Masking tape 1 in=399
            Sandpaper 120, 5=349
            Cable ties, 100=599
            Chain 1/4 in, ft=299
            Padlock 40 mm=1399
            Door hinge 3 in=449
            Cabinet knob=349
            Drill bit set, 19=2999
            Work gloves L=1199
            Safety goggles=899
            Dust masks, 10=1299
            """
        ),
        (
            "Paint", "PAI",
            """
            Interior white 1 gal=3499
            Interior cream 1 gal=3499
            Exterior white 1 gal=4299
            Primer 1 gal=2799
            Wood varnish 1 qt=1899
            Spray paint black=799
            Paint roller 9 in=1099
            Roller cover, 3=999
            Brush 2 in=699
            Brush 4 in=1099
            Paint tray=499
            Drop cloth=1299
            """
        ),
        (
            "Garden", "GAR",
            """
            Potting soil 25 l=899
            Lawn seed 1 kg=1499
            Tomato fertilizer=999
            Firewood bundle=799
            Charcoal 5 kg=1299
            Garden hose 50 ft=3499
            Hose nozzle=1299
            Watering can 10 l=1999
            Pruning shears=1899
            Garden gloves=899
            Hand trowel=999
            Leaf bags, 10=799
            Bird seed 2 kg=1199
            Terracotta pot 8 in=699
            """
        ),
        (
            "Electrical", "ELE",
            """
            LED bulb 60 W=449
            LED bulb 100 W, 2=999
            LED spot GU10, 3=1299
            Extension cord 10 ft=1499
            Power strip, 6 outlets=1999
            Light switch=399
            Wall outlet=449
            Electrical tape=299
            Wire nuts, 50=599
            Night light=799
            Flashlight=1699
            Smoke alarm=2499
            USB charger=1799
            USB-C cable 6 ft=1299
            HDMI cable 6 ft=1499
            """
        ),
        (
            "Services", "SER",
            """
            Gift card=2500
            Key cutting=499
            Paint mixing=300
            Home delivery=899
            """
        ),
    ]
}
