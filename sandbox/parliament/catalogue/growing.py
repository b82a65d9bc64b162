"""Petitions that pass milestones in the first hours: by growth, by a burst, in steps, by a jump over two at once."""

from sandbox.parliament.catalogue.departments import GARDENS, HOMES, JOURNEYS, READING, SCHOOLS, SEASIDE
from sandbox.parliament.catalogue.telling import (
    Teller,
    Words,
    gains,
    gets_debate,
    gets_note,
    gets_outcome,
    gets_response,
    has_response_edited,
    is_mentioned,
)
from sandbox.parliament.growth import Shape
from sandbox.parliament.life import Petition

HEDGEHOGS = Words(
    action="Leave a hedgehog-sized gap under every new garden fence",
    background="A hedgehog walks about a mile a night. Fences down to the ground turn gardens into dead ends.",
    details="A gap the size of a paperback costs nothing when a fence is built. We ask that builders leave one.",
    creator="Marigold Tansley",
    topics=("animals", "housing"),
    department=GARDENS,
)
LIBRARIES = Words(
    action="Keep one library in every town open on Saturday afternoons",
    background="Many families can only come at the weekend, and many libraries close at one o'clock on Saturdays.",
    details="Volunteers would help to tidy the shelves, put out the chairs and water the ferns.",
    creator="Desmond Quillfeather",
    topics=("culture", "local-government"),
    department=READING,
)
BUS_SHELTERS = Words(
    action="Put a seat and a timetable in every rural bus shelter",
    background="Waiting forty minutes is easier sitting down, and easier still if you know that it is forty minutes.",
    creator="Winifred Oakapple",
    topics=("transport",),
    department=JOURNEYS,
)
SWIMMING = Words(
    action="Give every primary school two terms of swimming lessons",
    background="Too many children leave primary school without being able to swim a single length.",
    details="Where the nearest pool is far away, schools could share a coach. We ask for a fund that pays for it.",
    creator="Idris Pembury",
    topics=("education", "sport"),
    department=SCHOOLS,
)
SWIFTS = Words(
    action="Spare old nesting ledges when church towers are mended",
    background="Swifts come back to the same ledge each May. When the tower is tidied, they circle and find no way in.",
    creator="Rowan Thistlewood",
    topics=("animals", "culture"),
    department=GARDENS,
)
STATION_GARDENS = Words(
    action="Let neighbours grow vegetables on unused station land",
    background="Behind many platforms lie sunny strips of ground that nobody needs and somebody would love to dig.",
    creator="Barnaby Leekforth",
    topics=("environment", "transport"),
    department=JOURNEYS,
)
PLAYGROUNDS = Words(
    action="Plant a shady tree beside every playground slide",
    background="On hot days slides are too hot to use. A tree is cheaper than a sunshade and lasts a hundred years.",
    creator="Tamsin Ferncastle",
    topics=("environment", "health"),
    department=SCHOOLS,
)
ROCK_POOLS = Words(
    action="Teach rock-pooling safely at seaside visitor centres",
    background="Children who learn how to turn a stone over gently also learn to put it back.",
    creator="Kerensa Limpett",
    topics=("education", "environment"),
    department=SEASIDE,
)
SPRING_HOLIDAY = Words(
    action="Make the first Monday of spring a bank holiday for planting",
    background="One day a year on which the whole country puts something in the ground and has a cup of tea after.",
    details="Schools, allotments and parks could open their sheds and share tools and seeds.",
    creator="Jocelyn Appleyard",
    topics=("environment",),
    department=GARDENS,
)
PARK_BENCHES = Words(
    action="Mend a park bench within a month of its being reported",
    background="A bench is where a walk becomes a conversation. Broken ones stay broken for years.",
    creator="Cuthbert Sedgeley",
    topics=("local-government",),
    department=HOMES,
)
BRASS_BANDS = Words(
    action="Lend brass instruments through public libraries",
    background="A cornet costs more than a bicycle. Libraries could lend a few, next to the books on how to play.",
    creator="Hetty Bugleworth",
    topics=("culture",),
    department=READING,
)


def growing(teller: Teller) -> tuple[Petition, ...]:
    """The lively ones. At the sandbox's usual speed an hour of these lives takes six seconds."""
    return (
        teller.published(
            750101,
            HEDGEHOGS,
            opened_days_ago=16,
            now=9_412,
            then=((7, 10_060), (20, 25_300, Shape.WAVE), (40, 51_000), (56, 75_400), (71, 100_600), (200, 131_000)),
            plan=(
                (26, gets_response),
                (80, gets_debate(in_days=2)),
                (100, has_response_edited),
                (134, gets_outcome(days_after_debate=1)),
                (150, gains(-320)),
            ),
        ),
        teller.published(
            750102,
            LIBRARIES,
            opened_days_ago=60,
            now=96_950,
            then=((15, 100_200), (60, 109_000, Shape.BURST), (400, 118_000)),
            plan=(
                (-700, gets_response),
                (30, gets_debate(in_days=3)),
                (50, gets_debate(in_days=3)),
                (62, gets_note("The Committee **will hear evidence** from librarians before the debate.")),
                (150, gets_outcome(days_after_debate=2)),
            ),
        ),
        teller.published(
            750103,
            BUS_SHELTERS,
            opened_days_ago=9,
            now=936,
            then=((3, 1_010), (14, 2_520), (33, 5_050, Shape.STEPS), (90, 10_300), (300, 17_000)),
            plan=((120, gets_response),),
        ),
        teller.published(
            750104,
            SWIMMING,
            opened_days_ago=30,
            now=4_720,
            then=((5, 5_030), (41, 10_050, Shape.WAVE), (90, 24_000), (110, 25_400), (300, 41_000)),
            plan=((65, gets_response),),
        ),
        teller.published(
            750105,
            SWIFTS,
            opened_days_ago=40,
            now=1_890,
            then=((11, 2_120), (36, 7_800), (400, 12_500)),
            plan=((12, gains(3_650)), (44, gains(18_200)), (88, gets_response)),
        ),
        teller.published(
            750106,
            STATION_GARDENS,
            opened_days_ago=50,
            now=24_180,
            then=((9, 25_050), (85, 50_100, Shape.WAVE), (500, 64_000)),
            plan=(
                (-420, gets_response),
                (
                    37,
                    is_mentioned(
                        "MPs ask about empty land beside railways",
                        "A junior minister said that “a runner bean has never delayed a train”.\n\nRead more[1]\n\n"
                        "[1]: https://www.example.org/business/runner-beans",
                    ),
                ),
            ),
        ),
        teller.published(
            750107,
            PLAYGROUNDS,
            opened_days_ago=70,
            now=49_300,
            then=((13, 50_080), (47, 75_200, Shape.BURST), (130, 100_300), (300, 112_000)),
            plan=((-900, gets_response), (170, gets_debate(in_days=4)), (290, gets_outcome(days_after_debate=1))),
        ),
        teller.published(
            750108, ROCK_POOLS, opened_days_ago=5, now=310, then=((18, 1_040), (52, 2_600), (140, 5_080), (420, 8_100))
        ),
        teller.published(
            750109,
            SPRING_HOLIDAY,
            opened_days_ago=80,
            now=961_400,
            then=((23, 1_003_000), (200, 1_160_000, Shape.BURST)),
            plan=((-1200, gets_response), (55, gets_debate(in_days=5)), (200, gets_outcome(days_after_debate=1))),
        ),
        teller.published(
            750110,
            PARK_BENCHES,
            opened_days_ago=25,
            now=8_900,
            then=((17, 10_080), (69, 25_200, Shape.STEPS), (300, 33_000)),
            plan=((58, gets_response),),
        ),
        teller.published(
            750111,
            BRASS_BANDS,
            opened_days_ago=90,
            now=247_300,
            then=((29, 250_400), (260, 301_000)),
            plan=((-1500, gets_response), (-300, gets_debate(in_days=14)), (58, gets_outcome(days_after_debate=0))),
        ),
    )
