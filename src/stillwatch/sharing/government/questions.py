"""What a government's assessment asks about extraction campaigns, in the order of the report.

The questions are those of the assessment in section 4 of H.R. 8283 (119th Congress), Deterring American AI Model Theft
Act, as the House Foreign Affairs Committee passed it on 22 April 2026. Each is answered with findings, or with "not
known".
"""

from __future__ import annotations

import dataclasses
from typing import Final


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked for.

    Attributes:
        key: its table in a draft.
        title: its heading in the report.
        asked: the question in full, for whoever answers it.
        nothing: what is said where nothing is known.
    """

    key: str
    title: str
    asked: str
    nothing: str


ENTITIES: Final = Question(
    "entities",
    "Entities",
    "Which entities are behind the extraction?",
    "Not known. The submitter names none.",
)
COUNTRIES: Final = Question(
    "countries_of_origin",
    "Countries of origin",
    "From which countries does it originate? An address or a network alone does not answer this.",
    "Not known. Where requests come from says where a proxy stands, not who is behind it.",
)
AGENCIES: Final = Question(
    "agencies_assisting",
    "Agencies assisting",
    "Which agencies of a government are said to assist those entities?",
    "Not known. The submitter saw nothing that speaks for or against it.",
)
METHODS: Final = Question(
    "methods",
    "Methods",
    "How was the model extracted: what was asked, how was the work divided, how was it hidden?",
    "Not known beyond the techniques named above.",
)
PROVIDERS: Final = Question(
    "providers",
    "Fraudulent account network providers",
    "Who provided the accounts, in which role, and where are their offices and data centres?",
    "Not known. The submitter identified none.",
)
CONSEQUENCES: Final = Question(
    "consequences",
    "Consequences for national security",
    "What follows for national security: which capabilities were asked for, which safeguards may be lost?",
    "Not known. The submitter has not assessed them.",
)

QUESTIONS: Final = (ENTITIES, COUNTRIES, AGENCIES, METHODS, PROVIDERS, CONSEQUENCES)
