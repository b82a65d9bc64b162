"""Petitions whose luck turns: counts that fall, debates moved, cancelled or refused, answers withdrawn, endings."""

from sandbox.parliament.catalogue.departments import GARDENS, HOMES, JOURNEYS, LETTERS, READING, SCHOOLS, SEASIDE
from sandbox.parliament.catalogue.telling import (
    Teller,
    Words,
    closes_early,
    gains,
    gets_debate,
    gets_outcome,
    gets_response,
    has_debate_cancelled,
    has_response_edited,
    has_response_withdrawn,
    is_refused_debate,
    is_rejected,
    is_removed,
)
from sandbox.parliament.growth import Shape
from sandbox.parliament.life import Petition

TIMETABLES = Words(
    action="Print a paper timetable for anyone who asks for one",
    background="Not everybody has a telephone that knows when the bus comes. Paper never runs out of battery.",
    creator="Ambrose Tickford",
    topics=("transport",),
    department=JOURNEYS,
)
CANAL_PATHS = Words(
    action="Light canal towpaths softly for people who walk home",
    background="A low lamp each twenty paces keeps walkers safe and lets the bats sleep.",
    creator="Philippa Lockhart-Bray",
    topics=("local-government", "transport"),
    department=SEASIDE,
)
VILLAGE_POST = Words(
    action="Bring a travelling post office van to villages without one",
    background="When the last counter closes, a van on Tuesdays can carry parcels, pensions and gossip.",
    creator="Leopold Stampwell",
    topics=("communications",),
    department=LETTERS,
)
SCHOOL_ORCHARDS = Words(
    action="Plant five fruit trees in the grounds of every school",
    background="An orchard teaches patience, biology and crumble.",
    creator="Perpetua Codling",
    topics=("education", "food"),
    department=SCHOOLS,
)
MUSEUM_COATS = Words(
    action="Ask museums to keep a free cloakroom for school parties",
    background="Thirty wet coats do not fit on thirty laps.",
    creator="Ottoline Pegg",
    topics=("culture", "education"),
    department=READING,
)
DUCK_CROSSINGS = Words(
    action="Allow councils to put up temporary duck crossing signs",
    background="For three weeks in May ducklings cross the road. A fold-up sign would do.",
    creator="Humphrey Drakeley",
    topics=("animals", "transport"),
    department=JOURNEYS,
)
TEA_ROOMS = Words(
    action="Reopen waiting-room tea bars at small junction stations",
    background="Missed connections are shorter with a bun.",
    creator="Constance Urnfield",
    topics=("food", "transport"),
    department=JOURNEYS,
)
MEADOWS = Words(
    action="Mow half of every roadside verge only after the flowers seed",
    background="Bees, road users and mower drivers would all get some rest in June.",
    creator="Linnet Cowslip",
    topics=("environment",),
    department=GARDENS,
)
LIDOS = Words(
    action="Help towns to mend the lidos they already have",
    background="There is a turquoise rectangle under the weeds of many a seaside park.",
    creator="Gideon Plunge",
    topics=("sport",),
    department=SEASIDE,
)
REPAIR_CAFES = Words(
    action="Let repair cafés use town halls at weekends free of charge",
    background="A toaster mended is a toaster not thrown away, and a neighbour met.",
    creator="Sybil Solderby",
    topics=("environment", "local-government"),
    department=HOMES,
)
KITES = Words(
    action="Set aside a windy field in every county for flying kites",
    background="No cables, no trees, no shouting. Just a field.",
    creator="Florian Breezeley",
    topics=("sport",),
    department=SCHOOLS,
)
FOG_HORNS = Words(
    action="Sound the old fog horns once a year on midsummer noon",
    background="They are greased, they are painted and they have not been heard since the lights went automatic.",
    creator="Selwyn Skerryvore",
    topics=("culture",),
    department=SEASIDE,
)


def turning(teller: Teller) -> tuple[Petition, ...]:
    """The eventful ones."""
    return (
        teller.published(
            750201,
            TIMETABLES,
            opened_days_ago=33,
            now=10_140,
            then=((8, 10_240), (22, 10_420), (60, 11_900)),
            plan=((8.5, gains(-310)), (96, gets_response)),
        ),
        teller.published(
            750202,
            CANAL_PATHS,
            opened_days_ago=75,
            now=103_800,
            then=((100, 109_500),),
            plan=(
                (-900, gets_response),
                (-60, gets_debate(in_days=9)),
                (16, has_debate_cancelled),
                (64, gets_debate(in_days=6)),
                (230, gets_outcome(days_after_debate=1)),
            ),
        ),
        teller.published(
            750203,
            VILLAGE_POST,
            opened_days_ago=64,
            now=101_200,
            then=((100, 104_000),),
            plan=((-800, gets_response), (24, is_refused_debate)),
        ),
        teller.published(
            750204,
            SCHOOL_ORCHARDS,
            opened_days_ago=45,
            now=21_700,
            then=((31, 25_020), (100, 31_000)),
            plan=((-200, gets_response), (28, has_response_withdrawn), (60, gets_response), (92, has_response_edited)),
        ),
        teller.published(
            750205, MUSEUM_COATS, opened_days_ago=182, now=7_340, then=((15, 7_395, Shape.BURST),), closes_in_days=0
        ),
        teller.published(
            750206,
            DUCK_CROSSINGS,
            opened_days_ago=181,
            now=18_260,
            then=((39, 18_900),),
            closes_in_days=1,
            plan=((-2000, gets_response),),
        ),
        teller.published(
            750207,
            TEA_ROOMS,
            opened_days_ago=120,
            now=116_400,
            then=((100, 117_900),),
            plan=((-1900, gets_response), (-360, gets_debate(in_days=15)), (32, gets_outcome(days_after_debate=1))),
        ),
        teller.published(
            750208,
            MEADOWS,
            opened_days_ago=28,
            now=13_050,
            then=((60, 19_800),),
            plan=((10, gets_response), (35, has_response_edited)),
        ),
        teller.published(
            750209,
            LIDOS,
            opened_days_ago=12,
            now=2_230,
            then=((21, 2_540), (45, 4_100)),
            plan=((45, is_rejected("duplicate", "There is already a petition about this: Open-air pools for all.")),),
        ),
        teller.published(
            750210, REPAIR_CAFES, opened_days_ago=20, now=640, then=((34, 980),), plan=((34, is_removed),)
        ),
        teller.published(750211, KITES, opened_days_ago=18, now=480, then=((25, 700),), plan=((25.5, closes_early),)),
        teller.published(
            750212,
            FOG_HORNS,
            opened_days_ago=55,
            now=98_900,
            then=((19, 100_150), (48, 100_700)),
            plan=((-500, gets_response), (49, gains(-1_400)), (105, gains(1_900)), (140, is_refused_debate)),
        ),
    )
