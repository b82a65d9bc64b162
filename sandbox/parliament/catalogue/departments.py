"""The departments that answer invented petitions: invented too."""

from sandbox.parliament.life import Department


def _department(acronym: str, name: str) -> Department:
    return Department(acronym=acronym, name=name, url=f"https://www.example.org/departments/{acronym.lower()}")


GARDENS = _department("DGH", "Department for Gardens and Hedgerows")
READING = _department("DRB", "Department for Reading and Books")
JOURNEYS = _department("DJ", "Department for Journeys")
SCHOOLS = _department("DSP", "Department for Schools and Play")
HOMES = _department("DHN", "Department for Homes and Neighbours")
SEASIDE = _department("DSR", "Department for the Seaside and Rivers")
LETTERS = _department("DLP", "Department for Letters and Parcels")
